/** Values to FeatureValue JSON: nothing that `JSON.stringify` would refuse or lose. */
import { formatDate } from "../time/date.ts";
import { formatTimestamp } from "../time/timestamp.ts";
import { parseJson } from "./parse-json.ts";
import type { ScalarType, ValueType } from "./type.ts";
import type { ScalarValue, Value } from "./value.ts";

/** The JSON of one value. JSON has no -0: it comes out as 0 when it is written. */
export const encodeFeatureValue = (value: Value, type: ValueType): unknown => featureValueEncoder(type)(value);

/** `encodeFeatureValue` for one type, looked up once per column. */
export function featureValueEncoder(type: ValueType): (value: Value) => unknown {
	return (type.isArray ? arrayEncoders : scalarEncoders)[type.scalar];
}

type Encoder = (value: Value) => unknown;

const itself: Encoder = (value) => value;
const float: Encoder = (value) => (value === null || Number.isFinite(value) ? value : String(value));

const base64 = (bytes: Uint8Array): string =>
	Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");

const scalarEncoders: Record<ScalarType, Encoder> = {
	BOOL: itself,
	INT32: itself,
	INT64: (value) => (value === null ? null : String(value)),
	FLOAT32: float,
	FLOAT64: float,
	STRING: itself,
	BYTES: (value) => (value === null ? null : base64(value as Uint8Array)),
	TIMESTAMP: (value) => (value === null ? null : formatTimestamp(value as bigint)),
	DATE: (value) => (value === null ? null : formatDate(value as number)),
	JSON: (value) => (value === null ? null : parseJson(value as string)),
};

const arrayEncoders = Object.fromEntries(
	Object.entries(scalarEncoders).map(([type, encode]) => [
		type,
		(value: Value) =>
			value === null ? null : (value as readonly (ScalarValue | null)[]).map((element) => encode(element)),
	]),
) as Record<ScalarType, Encoder>;
