import { GraphQLError, GraphQLScalarType, Kind } from "graphql";

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** A bigint inside. Outside a decimal string; an integer is taken too, as long as JSON cannot have rounded it. */
export const int64Scalar = new GraphQLScalarType<bigint, string>({
	name: "Int64",
	serialize: (value) => {
		if (typeof value === "bigint" || (typeof value === "number" && Number.isSafeInteger(value)))
			return value.toString();
		if (typeof value === "string" && /^-?\d+$/.test(value)) return value;
		throw new TypeError(`Int64 cannot represent ${typeof value}`);
	},
	parseValue: parseInt64,
	parseLiteral: (node) => parseInt64(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined),
});

function parseInt64(value: unknown): bigint {
	const exact =
		typeof value === "bigint" ||
		(typeof value === "number" && Number.isSafeInteger(value)) ||
		(typeof value === "string" && /^-?\d{1,19}$/.test(value));
	if (exact) {
		const integer = BigInt(value);
		if (integer >= least && integer <= greatest) return integer;
	}
	throw new GraphQLError(
		`Int64 must be a 64-bit integer, as a decimal string where it is beyond 2^53; got ${JSON.stringify(value)}`,
		{ extensions: { code: "INVALID_VALUE" } },
	);
}
