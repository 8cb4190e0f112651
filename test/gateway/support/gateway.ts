import { Readable } from "node:stream";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { type Principal, permissions } from "../../../core/ports/principal.ts";
import type { Authenticate } from "../../../core/ports/subgraph.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../../../gateway/gateway.ts";
import { createComposer } from "../../../gateway/generation/composer.ts";
import { inProcessSubgraph, type LoadedSubgraph } from "../../../gateway/transport/in-process.ts";
import { registrySubgraph, servingSubgraph, World } from "./subgraphs.ts";

export interface Logged {
	readonly level: string;
	readonly fields: Record<string, unknown>;
	readonly message: string;
}

/** A logger that keeps what it is told. */
export function recordingLogger(records: Logged[], bindings: object = {}): Logger {
	const at = (level: string) => (fields: object, message: string) => {
		records.push({ level, fields: { ...bindings, ...fields }, message });
	};
	return {
		debug: at("debug"),
		info: at("info"),
		warn: at("warn"),
		error: at("error"),
		child: (more) => recordingLogger(records, { ...bindings, ...more }),
	};
}

/** `Bearer NAME` is that principal, no header is anonymous, anything else is refused. */
export const authenticate: Authenticate = async ({ authorization }) => {
	if (authorization === null) return principal("anonymous");
	const name = /^Bearer (\w+)$/.exec(authorization)?.[1];
	if (name === "nobody") throw new FeaturegraphError("FORBIDDEN", "You may not.");
	if (name === undefined) throw new FeaturegraphError("UNAUTHENTICATED", "The token is not valid.");
	return principal(name);
};

function principal(id: string): Principal {
	return { id, permissions: new Set(id === "poor" ? [] : permissions), projects: null };
}

export interface Running {
	readonly gateway: Gateway;
	readonly world: World;
	readonly url: string;
	readonly logs: Logged[];
	/** What the registry subgraph is at the next refresh. */
	registry: LoadedSubgraph;
	readonly uploads: Map<string, Buffer>;
	post(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
}

export interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly data?: Record<string, unknown> | null;
	readonly errors?: readonly {
		readonly message: string;
		readonly path?: readonly (string | number)[];
		readonly extensions: Record<string, unknown>;
	}[];
	readonly raw: Record<string, unknown>;
}

/** One for all the gateways of a test file: the same subgraphs are composed once. */
const composer = createComposer();

/** A gateway over the fixture subgraphs on a free port of loopback. */
export async function startGateway(options: Partial<GatewayOptions> = {}): Promise<Running> {
	const world = new World();
	const logs: Logged[] = [];
	const logger = recordingLogger(logs);
	const uploads = new Map<string, Buffer>();
	const serving = servingSubgraph(world);
	const gateway = await createGateway({
		subgraphs: [
			inProcessSubgraph("registry", () => running.registry, logger),
			inProcessSubgraph("serving", () => serving, logger),
		],
		authenticate,
		logger,
		files: {
			blobs: {
				stat: async (key) => (key === "sets/digits.csv" ? { byteCount: 10, etag: "abc" } : null),
				read: async (_key, range) =>
					Readable.from(Buffer.from("0123456789").subarray(range?.start ?? 0, (range?.end ?? 9) + 1)),
			},
			upload: async ({ id, content }) => {
				const chunks: Buffer[] = [];
				for await (const chunk of content) chunks.push(chunk as Buffer);
				uploads.set(id, Buffer.concat(chunks));
				return { byteCount: uploads.get(id)?.byteLength ?? 0, isWhole: true };
			},
			uploaded: async (_principal, id) => ({ byteCount: uploads.get(id)?.byteLength ?? 0, isWhole: uploads.has(id) }),
		},
		composer,
		...options,
	});
	const running: Running = {
		gateway,
		world,
		url: "",
		logs,
		registry: registrySubgraph(),
		uploads,
		async post(query, variables = {}, headers = {}) {
			const response = await fetch(`${running.url}/graphql`, {
				method: "POST",
				headers: { "content-type": "application/json", accept: "application/graphql-response+json", ...headers },
				body: JSON.stringify({ query, variables }),
			});
			const raw = (await response.json()) as Record<string, unknown>;
			return { ...raw, raw, status: response.status, headers: response.headers };
		},
	};
	await gateway.refresh();
	const url = await gateway.app.listen({ port: 0, host: "127.0.0.1" });
	return Object.assign(running, { url });
}
