import { GraphQLScalarType } from "graphql";
import { literalToJson } from "../../core/values/literal.ts";

/**
 * One row as it came. That it is an object is checked by whoever reads rows: a row that is none has an error of its
 * own there, by its index, and the others are answered.
 */
export const entityRowScalar = new GraphQLScalarType<unknown, unknown>({
	name: "EntityRow",
	parseValue: (value) => value,
	parseLiteral: literalToJson,
});
