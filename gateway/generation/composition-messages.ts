import type { Composed, SubgraphSource } from "../../schema/compose.ts";
import type { ReadSupergraph } from "../../schema/read-supergraph.ts";

/** What the composing thread does, and what it gives back for it. */
export interface CompositionTasks {
	/** Subgraphs into a supergraph. */
	readonly compose: { readonly given: readonly SubgraphSource[]; readonly result: Composed };
	/** A supergraph that somebody else composed: what clients see of it. */
	readonly read: { readonly given: string; readonly result: ReadSupergraph };
	/** Documents against a public schema: those that no longer fit it. */
	readonly validate: {
		readonly given: { readonly publicSdl: string; readonly documents: readonly KnownDocument[] };
		readonly result: readonly BrokenDocument[];
	};
}

/** A document that clients are known to send. */
export interface KnownDocument {
	readonly id: string;
	readonly text: string;
}

export interface BrokenDocument {
	readonly id: string;
	readonly reasons: readonly string[];
}

export type CompositionTask = {
	[kind in keyof CompositionTasks]: { readonly kind: kind; readonly given: CompositionTasks[kind]["given"] };
}[keyof CompositionTasks];

export type CompositionAnswer =
	| { readonly result: unknown }
	/** Of a CompositionError. */
	| { readonly reasons: readonly string[] }
	| { readonly fault: string };
