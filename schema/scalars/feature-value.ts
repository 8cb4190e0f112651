import { GraphQLScalarType } from "graphql";
import { literalToJson } from "../../core/values/literal.ts";

/** Encoded by `core/values` before it comes here, since only its column knows its type. */
export const featureValueScalar = new GraphQLScalarType<unknown, unknown>({
	name: "FeatureValue",
	parseValue: (value) => value,
	parseLiteral: literalToJson,
});
