/** Values as JSON holds them, and as JavaScript does. */

/** `BOOL INT32 INT64 FLOAT32 FLOAT64 STRING BYTES TIMESTAMP DATE JSON` */
export type ValueType = string;

/** A row as it is sent: 64-bit integers as strings, instants as RFC 3339, bytes as base64. */
export function encodeRow(row: object): Record<string, unknown> {
	return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, encode(value)]));
}

function encode(value: unknown): unknown {
	if (typeof value === "bigint") return value.toString();
	if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
	if (value instanceof Date) return value.toISOString();
	if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
	return Array.isArray(value) ? value.map(encode) : value;
}

/** A value of a column: INT64 as bigint, BYTES as Uint8Array, floats with NaN and infinities; times stay text, exact to the microsecond. */
export function decode(type: ValueType, isArray: boolean, value: unknown): unknown {
	if (value === null) return null;
	if (isArray && Array.isArray(value)) return value.map((item: unknown) => decode(type, false, item));
	switch (type) {
		case "INT64":
			return BigInt(value as string);
		case "FLOAT32":
		case "FLOAT64":
			return Number(value);
		case "BYTES":
			return new Uint8Array(Buffer.from(value as string, "base64"));
		default:
			return value;
	}
}
