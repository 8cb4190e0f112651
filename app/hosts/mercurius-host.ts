import Fastify from "fastify";
import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule } from "graphql";
import mercurius from "mercurius";
import type { Logger } from "../../core/ports/logger.ts";
import { completeResult } from "../../gateway/complete/complete.ts";
import type { SchemaHost } from "./schema-host.ts";

/** Documents that are kept parsed, validated and compiled. */
const cachedDocuments = 1000;

/**
 * A schema on Mercurius, without its routes: whoever asks has been verified before. Documents that come again are compiled by
 * graphql-jit when the event loop has time for it, so that many new ones at once cannot hold up the rest.
 */
export async function mercuriusHost(schema: GraphQLSchema, logger: Logger): Promise<SchemaHost> {
	const app = Fastify();
	await app.register(mercurius, {
		schema,
		routes: false,
		subscription: false,
		cache: cachedDocuments,
		jit: { minCount: 2, eluThreshold: 0.9, maxCompilePerTick: 1, maxQueueSize: 100 },
		validationRules: [NoSchemaIntrospectionCustomRule],
		errorFormatter: (execution) => ({ statusCode: 200, response: { ...execution, errors: execution.errors ?? [] } }),
	});
	await app.ready();
	return {
		async execute({ query, variables, operationName }, context) {
			const masking = { requestId: context.requestId, logger };
			try {
				const result = await app.graphql(query, { ...context }, { ...variables }, operationName ?? undefined);
				return completeResult(result, masking);
			} catch (error) {
				return completeResult({ errors: refusals(error) }, masking);
			}
		},
		close: () => app.close(),
	};
}

/** Mercurius throws what is wrong with a document or its variables, in one error. */
function refusals(error: unknown): readonly GraphQLError[] {
	const errors: unknown = error instanceof Error && "errors" in error ? error.errors : undefined;
	if (!Array.isArray(errors)) throw error;
	return errors.map((each: unknown) => (each instanceof GraphQLError ? each : new GraphQLError(String(each))));
}
