import { GraphQLError, GraphQLScalarType, Kind } from "graphql";
import { formatTimestamp, parseTimestamp } from "../../core/time/timestamp.ts";
import type { Micros } from "../../core/values/value.ts";

/** Microseconds inside, RFC 3339 outside. */
export const dateTimeScalar = new GraphQLScalarType<Micros, string>({
	name: "DateTime",
	serialize: (value) => {
		if (typeof value === "bigint") return formatTimestamp(value);
		// What another subgraph serialized already passes through the gateway.
		if (typeof value === "string") return value;
		throw new TypeError(`DateTime cannot represent ${typeof value}`);
	},
	parseValue: parseInstant,
	parseLiteral: (node) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
});

function parseInstant(value: unknown): Micros {
	if (typeof value === "bigint") return value;
	const micros = typeof value === "string" ? parseTimestamp(value) : undefined;
	if (micros !== undefined) return micros;
	throw new GraphQLError(
		`DateTime must be an RFC 3339 text such as "2024-05-01T08:30:00Z"; got ${JSON.stringify(value)}`,
		{
			extensions: { code: "INVALID_TIMESTAMP" },
		},
	);
}
