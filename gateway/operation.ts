import type { DocumentNode, ExecutionResult, OperationTypeNode } from "graphql";
import type { CacheUse } from "../core/online/cache-use.ts";
import type { Principal } from "../core/ports/principal.ts";
import type { OperationContext } from "../core/ports/subgraph.ts";
import type { CompiledOperation } from "./execute/compile-operation.ts";
import type { OperationVariables } from "./execute/operation-variables.ts";
import type { ExplainRequest } from "./explain/explain-request.ts";
import type { Generation } from "./generation/generation.ts";
import type { Lease } from "./generation/running-generation.ts";
import type { Observation } from "./observe/observation.ts";

/** What a client asks, whatever the way it came. */
export interface OperationRequest {
	readonly query: string;
	readonly operationName: string | null;
	readonly variables: Readonly<Record<string, unknown>>;
}

/** Who asks, and until when it is worth answering. */
export interface Caller {
	readonly requestId: string;
	/** The credentials, or the principal that they were already exchanged for. */
	readonly credentials: { readonly authorization: string | null } | { readonly principal: Principal };
	/** Reading it may make it: only what listens for its end should. */
	readonly signal: AbortSignal;
	/** As in `Endable`. */
	readonly endReason?: unknown;
	/** Headers of the client, by name in lower case. */
	readonly headers?: OperationContext["headers"];
}

/** The same caller, whose credentials were exchanged already. */
export function knownCaller({ requestId, headers }: Caller, principal: Principal, signal: AbortSignal): Caller {
	return { requestId, credentials: { principal }, signal, ...(headers === undefined ? {} : { headers }) };
}

/** What was asked, and by whom. */
export interface AskedOperation {
	readonly request: OperationRequest;
	readonly caller: Caller;
	/** Which it might have been. */
	readonly kinds: readonly OperationTypeNode[];
	readonly kind: OperationTypeNode;
	readonly principal: Principal;
}

/** An operation that may be executed: admitted, authorized and planned. */
export interface PreparedOperation extends AskedOperation {
	/** On the generation of the graph that it began with. Its lease has ended: whoever runs it takes it again. */
	readonly lease: Lease<Generation>;
	readonly document: DocumentNode;
	readonly compiled: CompiledOperation;
	readonly variables: OperationVariables;
	/** Of the client's headers what subgraphs see. */
	readonly passed: Pick<OperationContext, "headers" | "trace">;
	readonly explain: ExplainRequest | null;
	/** What is counted for `extensions.cache`; null: it was not asked. */
	readonly cacheUses: CacheUse[] | null;
	readonly observation: Observation;
}

/** The steps of one operation, in the order of the folders here. What comes from outside may name its document by an id. */
export interface Operations<Request = OperationRequest, Operation = PreparedOperation> {
	/** Throws a RequestError for what is not executed. */
	prepare(request: Request, caller: Caller, kinds: readonly OperationTypeNode[]): Promise<Operation>;
	/** Runs a query or a mutation: what fails is in the result. */
	execute(operation: Operation): Promise<ExecutionResult>;
	/** Follows a subscription; the signal of its context ends with it. A result instead: it could not begin. */
	subscribe(operation: Operation): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult>;
}
