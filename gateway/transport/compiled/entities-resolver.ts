import { type GraphQLFieldResolver, type GraphQLObjectType, type GraphQLSchema, isObjectType } from "graphql";
import { errorValue, isThenable } from "./guarded-value.ts";

type Resolve = GraphQLFieldResolver<unknown, unknown>;
interface Reference {
	readonly __typename: string;
}
type ResolveReference = (reference: Reference, ...rest: unknown[]) => unknown;

/**
 * `_entities` as `@apollo/subgraph` resolves it, by the same reference resolvers, but without a promise for an entity that is
 * there at once. What is of no object type is left to `resolve`, which is its own. Null: it built no such schema.
 */
export function entitiesResolver(schema: GraphQLSchema, resolve: Resolve): Resolve | null {
	const resolvers = new Map<string, ResolveReference | null>();
	for (const type of Object.values(schema.getTypeMap())) {
		if (isObjectType(type)) resolvers.set(type.name, referenceResolverOf(type));
	}
	if ([...resolvers.values()].every((resolver) => resolver === null)) return null;
	return (source, args, context, info) => {
		const references = (args as { readonly representations: readonly Reference[] }).representations;
		if (!references.every(({ __typename }) => resolvers.has(__typename))) return resolve(source, args, context, info);
		return references.map((reference) => {
			const { __typename } = reference;
			const resolveReference = resolvers.get(__typename) ?? null;
			const entity = resolveReference === null ? reference : resolveReference(reference, context, info);
			return isThenable(entity) ? entity.then((one) => named(one, __typename)) : named(entity, __typename);
		});
	};
}

function referenceResolverOf({ extensions }: GraphQLObjectType): ResolveReference | null {
	const apollo = extensions["apollo"] as
		| { readonly subgraph?: { readonly resolveReference?: ResolveReference } }
		| undefined;
	return apollo?.subgraph?.resolveReference ?? null;
}

/** An entity that says which type it is of. */
function named(entity: unknown, typename: string): unknown {
	if (typeof entity !== "object" || entity === null || entity instanceof Error) return entity;
	try {
		if (!("__typename" in entity)) return Object.defineProperty(entity, "__typename", { value: typename });
		return entity.__typename === typename ? entity : { ...entity, __typename: typename };
	} catch (error) {
		return errorValue(error);
	}
}
