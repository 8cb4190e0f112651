import { GraphQLBoolean, GraphQLFloat, GraphQLID, GraphQLInt, type GraphQLScalarType, GraphQLString } from "graphql";

/**
 * A value of a scalar that GraphQL itself defines. Those of the right kind, which is nearly all, pass at once; others are
 * converted as graphql-js would, which throws where that is not possible. A scalar of the schema's own (null) may be anything.
 */
export function scalarValue(type: GraphQLScalarType | null, value: unknown): unknown {
	switch (type) {
		case null:
			return value;
		case GraphQLString:
		case GraphQLID:
			if (typeof value === "string") return value;
			break;
		case GraphQLInt:
			if (typeof value === "number" && (value | 0) === value) return value;
			break;
		case GraphQLFloat:
			if (typeof value === "number" && Number.isFinite(value)) return value;
			break;
		case GraphQLBoolean:
			if (typeof value === "boolean") return value;
			break;
		default:
	}
	return type.serialize(value);
}
