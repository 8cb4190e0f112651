import { GraphQLError, GraphQLScalarType, Kind } from "graphql";

/** `view:feature` and its variants, parsed where it is resolved, which knows the nearest valid names. */
export const featureRefScalar = new GraphQLScalarType<string, string>({
	name: "FeatureRef",
	parseValue: parseText,
	parseLiteral: (node) => parseText(node.kind === Kind.STRING ? node.value : undefined),
});

function parseText(value: unknown): string {
	if (typeof value === "string") return value;
	throw new GraphQLError(`FeatureRef must be a text such as "airport_delays:delay_mean_1h"`, {
		extensions: { code: "INVALID_REFERENCE" },
	});
}
