import type { FastifyInstance } from "fastify";
import { buildSchema, type DocumentNode, type ExecutionResult, type OperationTypeNode, print } from "graphql";
import mercurius from "mercurius";
import type { ClientRequest } from "../door.ts";
import type { Caller } from "../operation.ts";

/** What a route gives to `reply.graphql` beside the operation. */
export interface HostedContext extends Record<string, unknown> {
	readonly caller: Caller;
	readonly kinds: readonly OperationTypeNode[];
	/** What stands for the document, or is said of it. */
	readonly documentId?: string | null;
	readonly sha256Hash?: string | null;
}

/**
 * Hosts an execution of our own on Mercurius: `reply.graphql` and what builds on it are Mercurius's, admission,
 * execution and completion are ours. Its routes and subscriptions stay off, since they would parse, validate and
 * complete on their own terms.
 */
export async function hostOnMercurius(
	app: FastifyInstance,
	run: (request: ClientRequest, context: HostedContext) => Promise<ExecutionResult>,
): Promise<void> {
	await app.register(mercurius, {
		schema: buildSchema("type Query { hosted: Boolean }"),
		routes: false,
		subscription: false,
	});
	const graphql = async (
		source: string | DocumentNode,
		context: Record<string, unknown> = {},
		variables: Record<string, unknown> = {},
		operationName: string | null = null,
	) => {
		if (!isHosted(context)) throw new Error("An operation must come through a route of the gateway");
		const { documentId = null, sha256Hash = null } = context;
		const query = typeof source === "string" ? source : print(source);
		return run({ query, documentId, sha256Hash, variables, operationName }, context);
	};
	Object.assign(app, { graphql: Object.assign(graphql, app.graphql) });
}

function isHosted(context: Record<string, unknown>): context is HostedContext {
	return context["caller"] !== undefined && context["kinds"] !== undefined;
}
