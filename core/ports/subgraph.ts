import type { DocumentNode, ExecutionResult } from "graphql";
import type { Principal } from "./principal.ts";

export type SubgraphName = "registry" | "models" | "serving" | "monitoring";

/** What one client operation carries through the gateway into every subgraph that it reaches. */
export interface OperationContext {
	readonly requestId: string;
	readonly principal: Principal;
	/** One object per client operation (a fresh one per subscription event): loaders hang on it. */
	readonly scope: object;
	readonly signal: AbortSignal;
}

export interface SubgraphRequest {
	readonly document: DocumentNode;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly operationName?: string;
	readonly context: OperationContext;
}

/** How the gateway reaches one subgraph, in process or over HTTP. */
export interface SubgraphExecutor {
	readonly name: SubgraphName;
	/** The SDL that is composed: changes when the typed face of the registry changes. */
	sdl(): Promise<string>;
	/**
	 * The same subgraph held at its present SDL, for one generation of the graph: what is in flight ends on the
	 * schema that it began with. Absent: there is only the latest.
	 */
	snapshot?(): Promise<SubgraphExecutor>;
	execute(request: SubgraphRequest): Promise<ExecutionResult>;
	subscribe(request: SubgraphRequest): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}

/** Who sends this request? Throws UNAUTHENTICATED. `authorization` is the header's value, null where it is absent. */
export type Authenticate = (credentials: { readonly authorization: string | null }) => Promise<Principal>;
