import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
	ApolloServerPluginCacheControlDisabled,
	ApolloServerPluginInlineTraceDisabled,
	ApolloServerPluginLandingPageDisabled,
	ApolloServerPluginSchemaReportingDisabled,
	ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import { GraphQLError } from "graphql";
import type { Logger } from "../../core/ports/logger.ts";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import { completeResult } from "../../gateway/complete/complete.ts";
import type { HostedSchema, SchemaHost } from "./schema-host.ts";

/**
 * A schema on Apollo Server, without its HTTP side: whoever asks has been verified before. It parses, validates, keeps the
 * documents and executes; nothing of it introspects, reports or traces.
 */
export async function apolloHost({ schema, logger }: HostedSchema): Promise<SchemaHost> {
	const server = new ApolloServer<OperationContext>({
		schema,
		logger: loggerOf(logger),
		introspection: false,
		persistedQueries: false,
		includeStacktraceInErrorResponses: false,
		stopOnTerminationSignals: false,
		plugins: [
			ApolloServerPluginLandingPageDisabled(),
			ApolloServerPluginCacheControlDisabled(),
			ApolloServerPluginInlineTraceDisabled(),
			ApolloServerPluginSchemaReportingDisabled(),
			ApolloServerPluginUsageReportingDisabled(),
			publicErrorsPlugin(logger),
		],
	});
	await server.start();
	return {
		async execute({ query, variables, operationName }, context) {
			const request = { query, variables, ...(operationName === null ? {} : { operationName }) };
			const { body } = await server.executeOperation(request, { contextValue: { ...context } });
			if (body.kind === "single") return body.singleResult as Awaited<ReturnType<SchemaHost["execute"]>>;
			throw new Error("An operation was answered in parts, which no gateway asks for");
		},
		close: () => server.stop(),
	};
}

/** Apollo's own form of an error knows one for one; ours may stand for several, and masks what was not meant. */
function publicErrorsPlugin(logger: Logger): ApolloServerPlugin<OperationContext> {
	return {
		async requestDidStart({ contextValue: { requestId } }) {
			return {
				async willSendResponse({ errors, response: { body } }) {
					if (errors === undefined || body.kind !== "single") return;
					const { data } = body.singleResult;
					const result = completeResult(
						{ errors: errors.map(ofDocument), ...(data === undefined ? {} : { data }) },
						{ requestId, logger },
					);
					body.singleResult.errors = (result.errors ?? []).map((error) => error.toJSON());
				},
			};
		},
	};
}

/** Apollo wraps what is wrong with a document, and the code is the wrapping's. */
function ofDocument(error: GraphQLError): GraphQLError {
	const { code } = error.extensions;
	const isOfDocument = code === "GRAPHQL_PARSE_FAILED" || code === "GRAPHQL_VALIDATION_FAILED";
	return isOfDocument ? new GraphQLError(error.message, { extensions: { code } }) : error;
}

const loggerOf = (logger: Logger) => {
	const at = (level: "debug" | "info" | "warn" | "error") => (message?: unknown) => logger[level]({}, String(message));
	return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
};
