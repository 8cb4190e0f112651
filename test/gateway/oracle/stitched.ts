import { getStitchedSchemaFromSupergraphSdl } from "@graphql-tools/federation";
import { defaultFieldResolver, type ExecutionResult, execute, isIntrospectionType, isObjectType } from "graphql";
import type { GraphUnderTest, WorldGraph } from "./graph.ts";

/** The second opinion: a world stitched by `@graphql-tools/federation`. Its loaders are keyed by the root value. */
export function stitchedGraph({ subgraphs, supergraphSdl }: WorldGraph): GraphUnderTest {
	const schema = getStitchedSchemaFromSupergraphSdl({
		supergraphSdl,
		onSubschemaConfig(config) {
			const subgraph = subgraphs.find(({ name }) => `inprocess://${name}` === config.endpoint);
			if (subgraph === undefined) throw new Error(`No subgraph at ${config.endpoint}`);
			const executor = ({ document, variables }: { document: never; variables?: Record<string, unknown> }) =>
				execute({ schema: subgraph.schema, document, variableValues: variables ?? {}, contextValue: {} });
			config.executor = executor as typeof config.executor;
		},
		onStitchedSchema(stitched) {
			for (const type of Object.values(stitched.getTypeMap())) {
				if (!isObjectType(type) || isIntrospectionType(type)) continue;
				for (const field of Object.values(type.getFields())) {
					const resolve = field.resolve ?? defaultFieldResolver;
					field.resolve = (source, args, context: object, info) => {
						Object.assign(info, { rootValue: context });
						return resolve(source, args, context, info);
					};
				}
			}
			return stitched;
		},
	});
	return {
		execute: async (document, variables): Promise<ExecutionResult> =>
			execute({ schema, document, variableValues: variables, contextValue: {} }),
		close: async () => {},
	};
}
