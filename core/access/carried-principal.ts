import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { type Credential, type Permission, type Principal, permissions } from "../ports/principal.ts";
import { parseJson } from "../values/parse-json.ts";

/** A principal as it travels to a subgraph: base64url of JSON, each of its fields named. */
type Written = { readonly [field in keyof Required<Principal>]: unknown };
type WrittenCredential = { readonly [field in keyof Credential]: unknown };

/** The principal as a header carries it. */
export function writePrincipal({ id, permissions: granted, projects, credential }: Principal): string {
	const written: Written = {
		id,
		permissions: [...granted],
		projects: projects === null ? null : [...projects],
		credential: credential === undefined ? null : writeCredential(credential),
	};
	return Buffer.from(JSON.stringify(written), "utf8").toString("base64url");
}

/**
 * The principal that a header carries. A permission that this version does not know is left out: a gateway of the next
 * version may send it. Throws UNAUTHENTICATED for what is none.
 */
export function readPrincipal(header: string): Principal {
	const written = parse(header);
	if (!isObject(written)) throw unreadable();
	const { id, permissions: granted, projects, credential = null } = written as Partial<Written>;
	if (typeof id !== "string" || id === "" || !isTextList(granted)) throw unreadable();
	if (projects !== null && !isTextList(projects)) throw unreadable();
	return {
		id,
		permissions: new Set(granted.filter(isPermission)),
		projects: projects === null ? null : new Set(projects),
		...(credential === null ? {} : { credential: readCredential(credential) }),
	};
}

const writeCredential = ({ scopes, policies }: Credential): WrittenCredential => ({
	scopes: [...scopes],
	policies: [...policies],
});

function readCredential(written: unknown): Credential {
	if (!isObject(written)) throw unreadable();
	const { scopes, policies } = written as Partial<WrittenCredential>;
	if (!isTextList(scopes) || !isTextList(policies)) throw unreadable();
	return { scopes: new Set(scopes), policies: new Set(policies) };
}

function parse(header: string): unknown {
	try {
		return parseJson(Buffer.from(header, "base64url").toString("utf8"));
	} catch {
		throw unreadable();
	}
}

const known: ReadonlySet<string> = new Set(permissions);
const isPermission = (name: string): name is Permission => known.has(name);
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const isTextList = (value: unknown): value is readonly string[] =>
	Array.isArray(value) && value.every((item) => typeof item === "string");

const unreadable = (): FeaturegraphError =>
	new FeaturegraphError("UNAUTHENTICATED", "The principal of the request cannot be read.");
