import { GraphQLScalarType } from "graphql";
import { literalToJson } from "../../core/values/literal.ts";

export const jsonScalar = new GraphQLScalarType<unknown, unknown>({
	name: "JSON",
	parseValue: (value) => value,
	parseLiteral: literalToJson,
});
