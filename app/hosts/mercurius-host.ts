import Fastify from "fastify";
import type { DocumentNode } from "graphql";
import { print } from "graphql";
import mercurius from "mercurius";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import type { HostedSchema, SchemaHost } from "./schema-host.ts";

/**
 * A schema on Mercurius, without its routes: whoever asks has been verified before. As in the gateway, execution is ours:
 * Mercurius would compile with graphql-jit as it stands, which does not answer all that graphql-js does.
 */
export async function mercuriusHost({ schema, operationOf, executor }: HostedSchema): Promise<SchemaHost> {
	const app = Fastify();
	await app.register(mercurius, { schema, routes: false, subscription: false });
	const graphql = async (
		source: string | DocumentNode,
		context: Record<string, unknown> = {},
		variables: Record<string, unknown> = {},
		operationName: string | null = null,
	) => {
		const query = typeof source === "string" ? source : print(source);
		const operation = operationOf({ query, variables, operationName });
		return executor.execute({ operation, variables, context: context as unknown as OperationContext });
	};
	Object.assign(app, { graphql: Object.assign(graphql, app.graphql) });
	await app.ready();
	return {
		execute: ({ query, variables, operationName }, context) =>
			app.graphql(query, { ...context }, { ...variables }, operationName ?? undefined),
		close: () => app.close(),
	};
}
