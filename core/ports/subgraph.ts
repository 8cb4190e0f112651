import type { DocumentNode, ExecutionResult, OperationTypeNode } from "graphql";
import type { CacheUse } from "../online/cache-use.ts";
import type { Principal } from "./principal.ts";

/** What one client operation carries through the gateway into every subgraph that it reaches. */
export interface OperationContext {
	readonly requestId: string;
	readonly principal: Principal;
	/** One object per client operation (a fresh one per subscription event): loaders hang on it. */
	readonly scope: object;
	/** Ends when the client leaves or its time is over; then its reason is the error that says so. */
	readonly signal: AbortSignal;
	/** Those headers of the client that some subgraph over HTTP gets, by name in lower case. */
	readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
	/** Where the client wants to know: whoever reads through a cache adds what it counts. */
	readonly cacheUses?: CacheUse[];
	/** The trace that it is part of, as the W3C's headers say it. */
	readonly trace?: { readonly traceparent: string; readonly tracestate?: string };
}

/** What a subgraph is asked. One object per planned fetch, used again and again: what is compiled from it hangs on it. */
export interface SubgraphOperation {
	readonly kind: OperationTypeNode;
	readonly document: DocumentNode;
	/** The document as it is sent. */
	readonly text: string;
	/** Which operation of the document; null: its only one. */
	readonly name: string | null;
}

export interface SubgraphRequest {
	readonly operation: SubgraphOperation;
	/** As JSON holds them, not coerced yet. */
	readonly variables: Readonly<Record<string, unknown>>;
	readonly context: OperationContext;
}

/** How the gateway reaches one subgraph, in process or over HTTP. */
export interface SubgraphExecutor {
	/** As the supergraph names it: `registry`, `models`, `serving`, `monitoring`, or a user's own. */
	readonly name: string;
	/**
	 * Its results were completed and masked against its own schema, as those of a subgraph in this process are: an
	 * operation that it answers alone needs no second look. Absent: an answer may be anything.
	 */
	readonly completed?: boolean;
	/** The SDL that is composed: changes when the typed face of the registry changes. */
	sdl(): Promise<string>;
	/**
	 * The same subgraph held at its present SDL, for one generation of the graph: what is in flight ends on the
	 * schema that it began with. Absent: there is only the latest.
	 */
	snapshot?(): Promise<SubgraphExecutor>;
	/**
	 * Makes an operation ready that will be asked often: `variables` has those by which it includes and skips. Absent: there
	 * is nothing to make ready.
	 */
	prepare?(operation: SubgraphOperation, variables: Readonly<Record<string, unknown>>): Promise<void>;
	/** The result belongs to who asked: others must not get the same object, since it is written into. */
	execute(request: SubgraphRequest): Promise<ExecutionResult>;
	subscribe(request: SubgraphRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** Who sends this request? Throws UNAUTHENTICATED. `authorization` is the header's value, null where it is absent. */
export type Authenticate = (credentials: { readonly authorization: string | null }) => Promise<Principal>;
