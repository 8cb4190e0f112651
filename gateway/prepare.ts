import { OperationTypeNode } from "graphql";
import { asksForCacheUse } from "../core/online/cache-header.ts";
import type { Permission, Principal } from "../core/ports/principal.ts";
import type { Authenticate } from "../core/ports/subgraph.ts";
import { refuseCostly } from "./admit/cost/cost-limit.ts";
import { type IntrospectionPolicy, refuseIntrospection } from "./admit/introspection.ts";
import { RequestError } from "./admit/request-error.ts";
import { selectOperation } from "./admit/select-operation.ts";
import { authorize } from "./authorize/authorize.ts";
import { forSubgraphs } from "./client-headers.ts";
import { explainRequestOf } from "./explain/explain-request.ts";
import { compiledFor } from "./generation/compiled-for.ts";
import type { Generation } from "./generation/generation.ts";
import type { Graph } from "./generation/graph.ts";
import { hotOperation } from "./generation/hot-operations.ts";
import type { Lease } from "./generation/running-generation.ts";
import type { Observation, Observe } from "./observe/observation.ts";
import type { Caller, OperationRequest, Operations, PreparedOperation } from "./operation.ts";

export interface PrepareOptions {
	readonly graph: Graph;
	readonly authenticate: Authenticate;
	readonly observe: Observe;
	/** The permission that plans are explained for; null: for nobody. */
	readonly explain: Permission | null;
	readonly introspection: IntrospectionPolicy;
	/** Names of the headers that subgraphs get of a client's. */
	readonly passedHeaders: readonly string[];
}

type Kinds = readonly OperationTypeNode[];

/** The steps up to the plan: who asks, whether it may be asked, and how it is run. */
export function preparing(options: PrepareOptions): Operations["prepare"] {
	const { graph, observe } = options;
	return async (request, caller, kinds) => {
		const lease = graph.lease();
		if (lease === null) throw RequestError.of("SUBGRAPH_UNAVAILABLE", "The graph is not composed yet.");
		const observation = observe(caller.requestId, caller.headers);
		try {
			// Who may not enter learns nothing of the schema, not even from what is refused.
			const { credentials } = caller;
			const principal =
				"principal" in credentials
					? credentials.principal
					: await authorize(options.authenticate, credentials.authorization);
			return await prepareOn(lease, { request, caller, kinds, principal, observation }, options);
		} catch (error) {
			observation.ended(error instanceof RequestError ? error.errors : []);
			throw error;
		} finally {
			lease.release();
		}
	};
}

interface Asked {
	readonly request: OperationRequest;
	readonly caller: Caller;
	readonly kinds: Kinds;
	readonly principal: Principal;
	readonly observation: Observation;
}

async function prepareOn(
	lease: Lease<Generation>,
	{ request, caller, kinds, principal, observation }: Asked,
	{ explain, introspection, passedHeaders }: PrepareOptions,
): Promise<PreparedOperation> {
	const { generation } = lease;
	const explained = explainRequestOf(caller.headers, principal, explain);

	const { document, operation } = observation.admit(() => {
		const document = generation.admit(request.query);
		return { document, operation: selectOperation(document, request.operationName) };
	});
	observation.named(operation);
	const kind = operation.operation;
	if (!kinds.includes(kind)) throw notServedHere(kind);
	refuseIntrospection(document, introspection, principal);
	refuseCostly(operation, request.variables);
	const variables = generation.operations.read(operation, request.variables);

	const planned = observation.plan((missed) =>
		compiledFor(generation, { document, operation }, variables, principal, missed),
	);
	const compiled = planned instanceof Promise ? await planned : planned;
	generation.hot.used(compiled, () => hotOperation(request, variables, principal));
	const passed = forSubgraphs(caller.headers, passedHeaders);
	return {
		request,
		caller,
		kinds,
		kind,
		principal,
		lease,
		document,
		compiled,
		variables,
		passed,
		explain: explained,
		cacheUses: asksForCacheUse(caller.headers) ? [] : null,
		observation,
	};
}

function notServedHere(kind: OperationTypeNode): RequestError {
	return kind === OperationTypeNode.SUBSCRIPTION
		? RequestError.of(
				"UNSUPPORTED",
				"A subscription needs a stream.",
				"Use a WebSocket with the protocol graphql-transport-ws, or accept text/event-stream.",
			)
		: RequestError.of("UNSUPPORTED", `A ${kind} is not served this way.`, "Send it as a POST request.");
}
