import {
	defaultFieldResolver,
	defaultTypeResolver,
	type GraphQLAbstractType,
	type GraphQLCompositeType,
	type GraphQLField,
	type GraphQLFieldConfig,
	type GraphQLFieldResolver,
	GraphQLInterfaceType,
	GraphQLList,
	GraphQLNonNull,
	GraphQLObjectType,
	type GraphQLOutputType,
	GraphQLScalarType,
	GraphQLSchema,
	type GraphQLTypeResolver,
	GraphQLUnionType,
	getNullableType,
	isInterfaceType,
	isLeafType,
	isListType,
	isNonNullType,
	isObjectType,
	isUnionType,
} from "graphql";
import { argumentReader } from "./argument-reader.ts";
import { entitiesResolver } from "./entities-resolver.ts";
import { abandon, errorValue, guardedValue, isThenable } from "./guarded-value.ts";

/** The type of every variable: its value has been coerced by graphql-js before compiled code gets it. */
export const coercedScalar = new GraphQLScalarType<unknown, unknown>({
	name: "Coerced__",
	parseValue: (value) => value,
});

/**
 * A schema that graphql-jit compiles to what graphql-js does with the given one; null: there is none. Arguments are
 * read by graphql-js (graphql-jit coerces literals once for all executions, and leaves out @oneOf), values are
 * guarded, and a property that is a list or an object is read by a resolver, since it may be a promise or a method.
 * One that is a leaf is read inline: its serializer sees what it is.
 */
export function compilableSchema(schema: GraphQLSchema): GraphQLSchema | null {
	const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
	if (types.some((type) => isObjectType(type) && typeof type.isTypeOf === "function")) return null;
	if (!resolversHaveOwnNames(types.filter(isObjectType))) return null;

	const compilable = new Map<string, GraphQLCompositeType>();
	const mapped = <T extends GraphQLCompositeType>(type: T): T => compilable.get(type.name) as T;
	const output = (type: GraphQLOutputType): GraphQLOutputType => {
		if (isNonNullType(type)) return new GraphQLNonNull(output(type.ofType) as never);
		if (isListType(type)) return new GraphQLList(output(type.ofType));
		return isLeafType(type) ? type : mapped(type);
	};
	const query = schema.getQueryType();
	const roots = new Set([query, schema.getSubscriptionType()]);
	const fieldsOf = (type: GraphQLObjectType | GraphQLInterfaceType) => {
		const fields: Record<string, GraphQLFieldConfig<unknown, unknown>> = {};
		for (const field of Object.values(type.getFields())) {
			const inline =
				field.resolve === undefined &&
				isLeafType(getNullableType(field.type)) &&
				!(isObjectType(type) && roots.has(type));
			const resolve = field.resolve ?? defaultFieldResolver;
			const entities = type === query && field.name === "_entities" ? entitiesResolver(schema, resolve) : null;
			fields[field.name] = {
				type: output(field.type),
				...(inline ? {} : { resolve: guardedResolver(field, entities ?? resolve) }),
			};
		}
		return fields;
	};
	for (const type of types) {
		const { name } = type;
		if (isObjectType(type)) {
			const interfaces = () => type.getInterfaces().map(mapped);
			compilable.set(name, new GraphQLObjectType({ name, interfaces, fields: () => fieldsOf(type) }));
		} else if (isInterfaceType(type)) {
			const interfaces = () => type.getInterfaces().map(mapped);
			const fields = () => fieldsOf(type);
			compilable.set(name, new GraphQLInterfaceType({ name, interfaces, fields, resolveType: typeResolver(type) }));
		} else if (isUnionType(type)) {
			const members = () => type.getTypes().map(mapped);
			compilable.set(name, new GraphQLUnionType({ name, types: members, resolveType: typeResolver(type) }));
		}
	}
	const root = (type: GraphQLObjectType | null | undefined) => (type == null ? null : mapped(type));
	return new GraphQLSchema({
		query: root(query),
		subscription: root(schema.getSubscriptionType()),
		types: [...compilable.values(), coercedScalar],
		assumeValid: true,
	});
}

/** graphql-jit names a resolver by its type and field run together. */
function resolversHaveOwnNames(types: readonly GraphQLObjectType[]): boolean {
	const names = types.flatMap((type) => Object.keys(type.getFields()).map((field) => type.name + field));
	return new Set(names).size === names.length;
}

function guardedResolver(
	field: GraphQLField<unknown, unknown>,
	resolve: GraphQLFieldResolver<unknown, unknown>,
): GraphQLFieldResolver<unknown, unknown> {
	const depth = listDepth(field.type);
	const readArguments = argumentReader(field);
	return (source, _, context, info) => {
		try {
			return guardedValue(resolve(source, readArguments(info), context, info), depth);
		} catch (error) {
			return errorValue(error);
		}
	};
}

function listDepth(type: GraphQLOutputType): number {
	const nullable = getNullableType(type);
	return isListType(nullable) ? 1 + listDepth(nullable.ofType) : 0;
}

/** A type that is not told by name, at once, is no type to compiled code, which then gives the operation back. */
function typeResolver(type: GraphQLAbstractType): GraphQLTypeResolver<unknown, unknown> {
	const resolve = type.resolveType ?? defaultTypeResolver;
	return (value, context, info) => {
		try {
			const told = resolve(value, context, info, type);
			if (typeof told === "string") return told;
			if (isThenable(told)) abandon(told);
		} catch {
			// graphql-js will say it.
		}
		return "";
	};
}
