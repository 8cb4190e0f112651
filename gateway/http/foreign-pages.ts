import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

export interface Doors {
	/** Origins beside our own whose pages may call. */
	readonly corsOrigins: readonly string[];
	/**
	 * Names that this server answers to beside those of loopback; null: to any, which only a server that asks for tokens
	 * may do.
	 */
	readonly hosts: readonly string[] | null;
}

/**
 * Why a request is not carried out: a browser sends it for a page that is not ours. A page can have its own name resolve
 * to this machine, and is then of our origin for the browser: only the name in Host tells. A page of another origin can
 * send simple requests and open WebSockets without a preflight; links that lead here are left alone. Null: no objection.
 */
export function refuseForeignPage({ headers }: IncomingMessage, doors: Doors): FeaturegraphError | null {
	if (headers.host !== undefined && !isOurHost(headers.host, doors)) {
		return new FeaturegraphError("FORBIDDEN", "This server does not answer to the name it was called by.", {
			name: headers.host.slice(0, 200),
			hint: "Call it as localhost or as its HOST. To serve it under other names, configure access tokens, or list the origin in FEATUREGRAPH_CORS_ORIGINS.",
		});
	}
	if (isOurPage(headers, doors)) return null;
	return new FeaturegraphError("FORBIDDEN", "Pages of this origin may not call.", {
		...(headers.origin === undefined ? {} : { name: headers.origin.slice(0, 200) }),
		hint: "List the origin in FEATUREGRAPH_CORS_ORIGINS.",
	});
}

/** The names that clients call us by are few: those of ours are read once. */
const ours = new WeakMap<Doors, Set<string>>();
const mostNames = 100;

function isOurHost(header: string, doors: Doors): boolean {
	if (doors.hosts === null) return true;
	let known = ours.get(doors);
	if (known === undefined) {
		known = new Set();
		ours.set(doors, known);
	}
	if (known.has(header)) return true;
	const isOurs = namesUs(header, doors.hosts, doors.corsOrigins);
	// A name of loopback may come with any port.
	if (isOurs && known.size < mostNames) known.add(header);
	return isOurs;
}

function namesUs(header: string, hosts: readonly string[], corsOrigins: readonly string[]): boolean {
	const name = nameOf(`http://${header}`);
	if (name === null || header.includes("@")) return false;
	return (
		isLoopback(name) ||
		hosts.some((host) => nameOf(`http://${isIP(host) === 6 ? `[${host}]` : host}`) === name) ||
		corsOrigins.some((origin) => nameOf(origin) === name)
	);
}

function isOurPage(headers: IncomingMessage["headers"], { corsOrigins }: Doors): boolean {
	const { origin, host } = headers;
	if (origin !== undefined && corsOrigins.includes(origin)) return true;
	// Browsers write it, and pages cannot. It counts before Origin, since a proxy may call us by another name.
	const site = headers["sec-fetch-site"];
	if (site === "same-origin" || site === "none") return true;
	if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host;
	return site === undefined || headers["sec-fetch-mode"] === "navigate";
}

const nameOf = (url: string): string | null => (URL.canParse(url) ? new URL(url).hostname : null);

const isLoopback = (name: string): boolean =>
	name === "localhost" || name === "[::1]" || (isIP(name) === 4 && name.startsWith("127."));
