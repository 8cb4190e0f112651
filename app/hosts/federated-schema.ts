import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import type { LoadedSubgraph } from "../../gateway/transport/in-process.ts";

interface Context {
	scope: object;
}

/**
 * Prepares a schema for a host of its own. Its `_service` says exactly the SDL that it was made from, by which its hash is
 * known. Each field of a mutation has a scope of its own, since it reads what the one before it wrote.
 */
export function federatedSchema({ schema, sdl }: LoadedSubgraph): GraphQLSchema {
	const service = schema.getQueryType()?.getFields()["_service"];
	const resolveService = (): { readonly sdl: string } => ({ sdl });
	if (service !== undefined) service.resolve = resolveService;
	for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
		const { resolve } = field;
		if (resolve !== undefined) field.resolve = inFreshScope(resolve as GraphQLFieldResolver<unknown, Context>);
	}
	return schema;
}

/** Fields of a mutation run one after the other: what hangs on the scope is the last one's alone. */
const inFreshScope =
	(resolve: GraphQLFieldResolver<unknown, Context>): GraphQLFieldResolver<unknown, Context> =>
	(source, args, context, info) => {
		context.scope = {};
		return resolve(source, args, context, info);
	};
