import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { parseJson } from "../../core/values/parse-json.ts";

/** A document that clients are known to send, under the id that they send instead. */
export interface TrustedDocument {
	readonly id: string;
	readonly text: string;
}

/** The documents of a manifest. */
export interface TrustedDocuments {
	textOf(id: string): string | undefined;
	/** Is a text one of them, to the last character? */
	has(text: string): boolean;
	documents(): Iterable<TrustedDocument>;
}

/**
 * Reads a manifest: Apollo's (`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "body"}]}`), or
 * plain JSON of ids and texts. `file` names it in errors. Throws CONFIGURATION_INVALID.
 */
export function readTrustedDocuments(json: string, file: string): TrustedDocuments {
	const byId = new Map<string, string>();
	for (const [id, text] of entriesOf(parsed(json, file), file)) {
		if (id === "" || typeof text !== "string" || text.trim() === "") {
			throw invalid(file, `has no document under "${id}"`);
		}
		if (byId.has(id) && byId.get(id) !== text) throw invalid(file, `has two documents under "${id}"`);
		byId.set(id, text);
	}
	const texts = new Set(byId.values());
	return {
		textOf: (id) => byId.get(id) ?? byId.get(id.replace(/^sha256:/, "")),
		has: (text) => texts.has(text),
		*documents() {
			for (const [id, text] of byId) yield { id, text };
		},
	};
}

function parsed(json: string, file: string): object {
	let manifest: unknown;
	try {
		manifest = parseJson(json);
	} catch {
		throw invalid(file, "is not JSON");
	}
	if (!isObject(manifest) || Array.isArray(manifest)) throw invalid(file, "is no object of documents");
	return manifest;
}

function entriesOf(manifest: object, file: string): readonly (readonly [string, unknown])[] {
	if (!("format" in manifest) || !("operations" in manifest)) return Object.entries(manifest);
	const { format, operations } = manifest;
	const version = "version" in manifest ? manifest.version : undefined;
	if (format !== "apollo-persisted-query-manifest" || version !== 1 || !Array.isArray(operations)) {
		throw invalid(file, "is of no format that is read here");
	}
	return operations.map((operation: unknown) => {
		if (!isObject(operation) || !("id" in operation) || typeof operation.id !== "string") {
			throw invalid(file, "has an operation without an id");
		}
		return [operation.id, "body" in operation ? operation.body : undefined];
	});
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const invalid = (file: string, problem: string): FeaturegraphError =>
	new FeaturegraphError("CONFIGURATION_INVALID", `The manifest of trusted documents ${file} ${problem}.`, {
		name: "FEATUREGRAPH_TRUSTED_DOCUMENTS",
		hint: 'It is Apollo\'s manifest of persisted queries, or {"id": "document", …}.',
	});
