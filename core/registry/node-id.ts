/** Ids of the graph: opaque to callers, the same in every subgraph. */
import type { Owner } from "../definitions/model.ts";
import { parseJson } from "../values/parse-json.ts";

export const nodeKinds = [
	"Project",
	"Owner",
	"Entity",
	"DataSource",
	"FeatureView",
	"Feature",
	"FeatureService",
	"TrainingSet",
	"MaterializationRun",
	"Model",
	"ModelVersion",
	"Alert",
] as const;

export type NodeKind = (typeof nodeKinds)[number];

export interface NodeId {
	readonly kind: NodeKind;
	/** The id behind it: of a version row for what the registry versions, of the row itself for the rest. */
	readonly key: string;
}

export const encodeNodeId = (kind: NodeKind, key: string | number): string =>
	Buffer.from(`${kind}:${key}`, "utf8").toString("base64url");

/** Null when the text is no id of ours. */
export function decodeNodeId(id: string): NodeId | null {
	const text = Buffer.from(id, "base64url").toString("utf8");
	const colon = text.indexOf(":");
	const kind = nodeKinds.find((candidate) => candidate === text.slice(0, colon));
	if (kind === undefined) return null;
	const key = text.slice(colon + 1);
	return key !== "" && encodeNodeId(kind, key) === id ? { kind, key } : null;
}

/** The key of an id of this kind; null for other ids. */
export function decodeNodeKey(kind: NodeKind, id: string): string | null {
	const node = decodeNodeId(id);
	return node?.kind === kind ? node.key : null;
}

const versionKey = /^[1-9]\d{0,9}$/;
const greatestVersionId = 2 ** 31 - 1;

/** The version row behind a node's key; null when it is none. */
export function versionIdOf(key: string): number | null {
	const id = versionKey.test(key) ? Number(key) : 0;
	return id > 0 && id <= greatestVersionId ? id : null;
}

/** A feature belongs to one version of its view. */
export const encodeFeatureId = (viewVersionId: number, feature: string): string =>
	encodeNodeId("Feature", `${viewVersionId}:${feature}`);

export function decodeFeatureKey(key: string): { readonly viewVersionId: number; readonly feature: string } | null {
	const [version = "", feature = ""] = key.split(":");
	const viewVersionId = versionIdOf(version);
	return viewVersionId === null || feature === "" ? null : { viewVersionId, feature };
}

/** Owners have no row of their own: their id is all that is known of them. */
export const encodeOwnerId = ({ name, contact }: Owner): string =>
	encodeNodeId("Owner", JSON.stringify(contact === undefined ? [name] : [name, contact]));

export function decodeOwnerKey(key: string): Owner | null {
	let parts: unknown;
	try {
		parts = parseJson(key);
	} catch {
		return null;
	}
	if (!Array.isArray(parts)) return null;
	const [name, contact] = parts as readonly unknown[];
	if (typeof name !== "string") return null;
	return typeof contact === "string" ? { name, contact } : { name };
}
