import {
	defaultFieldResolver,
	type GraphQLFieldResolver,
	type GraphQLSchema,
	isIntrospectionType,
	isObjectType,
} from "graphql";
import type { Execution } from "./execution.ts";

/**
 * Makes every resolver of the stitched graph show the scope of its own operation as `info.rootValue`.
 *
 * Stitching keys its loaders on `info.rootValue || context`: with a root value that operations share, one
 * principal is served the entities of another, and with one that events or mutation fields share, stale ones.
 * Each field of a mutation begins a scope: what it changed must be read anew.
 */
export function isolateLoaders(schema: GraphQLSchema): GraphQLSchema {
	const mutation = schema.getMutationType();
	for (const type of Object.values(schema.getTypeMap())) {
		if (!isObjectType(type) || isIntrospectionType(type)) continue;
		const begin = type === mutation;
		for (const field of Object.values(type.getFields())) {
			field.resolve = isolated(field.resolve ?? defaultFieldResolver, begin);
			if (field.subscribe !== undefined) field.subscribe = isolated(field.subscribe, begin);
		}
	}
	return schema;
}

function isolated(
	resolve: GraphQLFieldResolver<unknown, Execution>,
	begin: boolean,
): GraphQLFieldResolver<unknown, Execution> {
	return (source, args, execution, info) => {
		if (begin) execution.scope = {};
		// graphql-js makes one info per field and run, so that it may be written to.
		Object.assign(info, { rootValue: execution.scope });
		return resolve(source, args, execution, info);
	};
}
