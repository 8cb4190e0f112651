/**
 * FeatureValue and EntityRow JSON to values. Conversions are exact or refused: an integer serves a float that holds
 * it, a decimal string serves INT64 (JSON numbers beyond 2^53 may have been rounded before they came), 1.0 is the
 * integer 1 (JSON cannot tell them apart). A decimal fraction is rounded to FLOAT32 as to FLOAT64: to the nearest.
 */
import { parseDate } from "../time/date.ts";
import { parseTimestamp } from "../time/timestamp.ts";
import { canonicalJson } from "./canonical-json.ts";
import { InvalidValue } from "./invalid-value.ts";
import { type ScalarType, scalar, type ValueType } from "./type.ts";
import type { ScalarValue, Value } from "./value.ts";

/** The value of `json`, which may hold bigints where integer literals were large. Throws INVALID_VALUE. */
export function decodeFeatureValue(json: unknown, type: ValueType): Value {
	const value = tryDecodeFeatureValue(json, type);
	if (value instanceof InvalidValue) throw value.toError();
	return value;
}

/** `decodeFeatureValue` for many values: an `InvalidValue` comes back instead of being thrown. */
export function tryDecodeFeatureValue(json: unknown, type: ValueType): Value | InvalidValue {
	if (json === null || json === undefined) return null;
	return type.isArray ? decodeArray(json, type) : decoders[type.scalar](json);
}

type Decoder = (json: unknown) => ScalarValue | InvalidValue;

const decoders: Record<ScalarType, Decoder> = {
	BOOL: (json) => (typeof json === "boolean" ? json : invalid(json, "BOOL", "expected true or false")),
	INT32: decodeInt32,
	INT64: decodeInt64,
	FLOAT32: decodeFloat32,
	FLOAT64: decodeFloat64,
	STRING: decodeString,
	BYTES: decodeBytes,
	TIMESTAMP: decodeTimestamp,
	DATE: decodeDate,
	JSON: decodeJson,
};

const invalid = (json: unknown, type: ScalarType, reason: string): InvalidValue =>
	new InvalidValue(json, scalar(type), reason);

function decodeArray(json: unknown, type: ValueType): Value | InvalidValue {
	if (!Array.isArray(json)) return new InvalidValue(json, type, "expected a list");
	const decode = decoders[type.scalar];
	const values: (ScalarValue | null)[] = [];
	for (const [index, element] of (json as readonly unknown[]).entries()) {
		if (element === null || element === undefined) {
			values.push(null);
			continue;
		}
		const value = decode(element);
		if (value instanceof InvalidValue) return new InvalidValue(json, type, `element ${index}: ${value.message}`);
		values.push(value);
	}
	return values;
}

function decodeInt32(json: unknown): number | InvalidValue {
	const number = typeof json === "bigint" ? Number(json) : json;
	if (typeof number !== "number" || !Number.isInteger(number)) return invalid(json, "INT32", "expected an integer");
	if (number < -2_147_483_648 || number > 2_147_483_647) {
		return invalid(json, "INT32", "out of range, expected -2147483648 to 2147483647");
	}
	return number | 0;
}

const decimal = /^-?\d{1,40}$/;
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

function decodeInt64(json: unknown): bigint | InvalidValue {
	let integer: bigint;
	if (typeof json === "bigint") {
		integer = json;
	} else if (typeof json === "number") {
		if (!Number.isInteger(json)) return invalid(json, "INT64", "expected an integer");
		if (!Number.isSafeInteger(json)) {
			return invalid(json, "INT64", "a JSON number of this size may have been rounded; send it as a decimal string");
		}
		return BigInt(json);
	} else if (typeof json === "string" && decimal.test(json)) {
		integer = BigInt(json);
	} else {
		return invalid(json, "INT64", "expected an integer or a decimal string");
	}
	if (integer < minInt64 || integer > maxInt64) return invalid(json, "INT64", "out of the range of 64 bits");
	return integer;
}

function decodeFloat64(json: unknown): number | InvalidValue {
	if (typeof json === "number") return Number.isFinite(json) ? json : invalid(json, "FLOAT64", beyondFloats);
	if (typeof json === "bigint") {
		const number = Number(json);
		if (Number.isFinite(number) && BigInt(number) === json) return number;
		return invalid(json, "FLOAT64", "an integer that a 64-bit float cannot hold exactly");
	}
	return decodeFloatWord(json) ?? invalid(json, "FLOAT64", floatExpected);
}

function decodeFloat32(json: unknown): number | InvalidValue {
	if (typeof json === "number") {
		const rounded = Math.fround(json);
		return Number.isFinite(rounded) ? rounded : invalid(json, "FLOAT32", "out of the range of 32-bit floats");
	}
	if (typeof json === "bigint") {
		const rounded = Math.fround(Number(json));
		if (Number.isFinite(rounded) && BigInt(rounded) === json) return rounded;
		return invalid(json, "FLOAT32", "an integer that a 32-bit float cannot hold exactly");
	}
	return decodeFloatWord(json) ?? invalid(json, "FLOAT32", floatExpected);
}

/** JSON has no infinities: such a number was written as 1e999. */
const beyondFloats = "out of the range of 64-bit floats";
const floatExpected = 'expected a number, or one of "NaN", "Infinity", "-Infinity"';

function decodeFloatWord(json: unknown): number | undefined {
	if (json === "NaN") return Number.NaN;
	if (json === "Infinity") return Number.POSITIVE_INFINITY;
	if (json === "-Infinity") return Number.NEGATIVE_INFINITY;
	return undefined;
}

function decodeString(json: unknown): string | InvalidValue {
	if (typeof json !== "string") return invalid(json, "STRING", "expected a string");
	if (!json.isWellFormed()) return invalid(json, "STRING", "half of a surrogate pair is no character");
	// PostgreSQL's text cannot hold it: what one store refuses is refused at the door.
	if (json.includes("\0")) return invalid(json, "STRING", "the character U+0000 cannot be kept");
	return json;
}

function decodeBytes(json: unknown): Uint8Array | InvalidValue {
	if (typeof json !== "string") return invalid(json, "BYTES", "expected base64");
	const bytes = Buffer.from(json, "base64");
	// Buffer skips what is no base64: only text that comes out again was wholly understood.
	if (bytes.toString("base64") !== json) return invalid(json, "BYTES", "expected base64, padded");
	return new Uint8Array(bytes);
}

function decodeTimestamp(json: unknown): bigint | InvalidValue {
	const micros = typeof json === "string" ? parseTimestamp(json) : undefined;
	return micros ?? invalid(json, "TIMESTAMP", "expected RFC 3339, up to microseconds, like 2024-01-31T12:00:00Z");
}

function decodeDate(json: unknown): number | InvalidValue {
	const days = typeof json === "string" ? parseDate(json) : undefined;
	return days ?? invalid(json, "DATE", "expected a date like 2024-01-31");
}

function decodeJson(json: unknown): string | InvalidValue {
	return canonicalJson(json) ?? invalid(json, "JSON", "expected JSON, nested no deeper than 128");
}
