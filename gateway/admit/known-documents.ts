import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { GatewayLimits } from "../limits.ts";
import { RequestError } from "./request-error.ts";
import type { TrustedDocuments } from "./trusted-documents.ts";

/** What a client sends of a document: its text, or what stands for it. */
export interface DocumentReference {
	/** Empty: the id stands for it. */
	readonly query: string;
	/** Of a trusted document. */
	readonly documentId: string | null;
	/** Of automatic persisted queries: SHA-256 of the text, in hex. */
	readonly sha256Hash: string | null;
}

export interface KnownDocument {
	readonly text: string;
	/** To be called once the document was admitted: only then it is worth a place. */
	admitted(): void;
}

/** Finds the text of a document. Throws a RequestError where it is not known, or not allowed. */
export type FindDocument = (reference: DocumentReference) => KnownDocument;

export interface KnownDocumentsOptions {
	readonly trusted: TrustedDocuments | null;
	/** Serve nothing but trusted documents. */
	readonly trustedOnly: boolean;
	readonly limits: Pick<GatewayLimits, "cachedDocuments" | "cachedDocumentChars">;
}

const nothingToDo = (): void => undefined;

/** Trusted documents by their id, and, unless they are all that is served, automatic persisted queries by their hash. */
export function createKnownDocuments({ trusted, trustedOnly, limits }: KnownDocumentsOptions): FindDocument {
	const persisted = new LRUCache<string, string>({
		max: limits.cachedDocuments,
		maxSize: limits.cachedDocumentChars,
		sizeCalculation: (text) => Math.max(1, text.length),
	});
	const byId = (id: string): KnownDocument => {
		const text = trusted?.textOf(id) ?? (trustedOnly ? undefined : persisted.get(id));
		if (text === undefined) throw notFound(trustedOnly);
		return { text, admitted: nothingToDo };
	};
	return ({ query, documentId, sha256Hash }) => {
		if (query === "") return byId(documentId ?? sha256Hash ?? "");
		if (trustedOnly) {
			if (trusted?.has(query) !== true) throw notTrusted();
			return { text: query, admitted: nothingToDo };
		}
		if (sha256Hash === null || persisted.get(sha256Hash) === query) return { text: query, admitted: nothingToDo };
		if (createHash("sha256").update(query).digest("hex") !== sha256Hash.toLowerCase()) throw mismatch();
		return { text: query, admitted: () => void persisted.set(sha256Hash, query) };
	};
}

/** The message is the one that clients of automatic persisted queries look for: they then send the text along. */
const notFound = (trustedOnly: boolean): RequestError =>
	RequestError.of(
		"PERSISTED_QUERY_NOT_FOUND",
		"PersistedQueryNotFound",
		trustedOnly
			? "Nothing but the documents of the manifest is served here, by their ids."
			: "Send the document along once, as `query` beside its hash.",
	);

const notTrusted = (): RequestError =>
	RequestError.of(
		"DOCUMENT_NOT_TRUSTED",
		"Nothing but trusted documents is served here, and this is none of them.",
		"Add it to the manifest, and send its id as `documentId`.",
	);

const mismatch = (): RequestError =>
	RequestError.of(
		"PERSISTED_QUERY_MISMATCH",
		"The hash in `extensions.persistedQuery` is not that of the document.",
		"It is the SHA-256 of the text exactly as it is sent, in hex.",
	);
