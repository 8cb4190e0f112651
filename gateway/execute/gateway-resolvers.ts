import {
	defaultFieldResolver,
	type GraphQLFieldResolver,
	type GraphQLSchema,
	isIntrospectionType,
	isObjectType,
	isScalarType,
	isSpecifiedScalarType,
} from "graphql";
import { relocateErrors } from "./error-path.ts";
import { exactLiteral } from "./exact-literal.ts";
import type { Execution } from "./execution.ts";

/**
 * Mends three things in a stitched graph.
 *
 * Stitching keys its loaders on `info.rootValue || context`: with a root value that operations share, one
 * principal is served the entities of another, and with one that events or mutation fields share, stale ones.
 * So every resolver shows the scope of its own operation as the root value, and each field of a mutation begins a
 * new scope: what it changed must be read anew.
 *
 * Errors of entities in lists come back without their index: they get the path of the field where they surface.
 *
 * Scalars whose meaning only the subgraph knows would be read as JavaScript's numbers: their literals stay exact.
 */
export function mendStitched(schema: GraphQLSchema): GraphQLSchema {
	const mutation = schema.getMutationType();
	for (const type of Object.values(schema.getTypeMap())) {
		if (isScalarType(type) && !isSpecifiedScalarType(type)) type.parseLiteral = exactLiteral;
		if (!isObjectType(type) || isIntrospectionType(type)) continue;
		const begin = type === mutation;
		for (const field of Object.values(type.getFields())) {
			field.resolve = mended(field.resolve ?? defaultFieldResolver, begin);
			if (field.subscribe !== undefined) field.subscribe = mended(field.subscribe, begin);
		}
	}
	return schema;
}

function mended(
	resolve: GraphQLFieldResolver<unknown, Execution>,
	begin: boolean,
): GraphQLFieldResolver<unknown, Execution> {
	return (source, args, execution, info) => {
		if (begin) execution.scope = {};
		// graphql-js makes one info per field and run, so that it may be written to.
		Object.assign(info, { rootValue: execution.scope });
		return relocateErrors(info.path, () => resolve(source, args, execution, info));
	};
}
