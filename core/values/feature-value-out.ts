/** Values to FeatureValue JSON: nothing that `JSON.stringify` would refuse or lose. */
import { formatDate } from "../time/date.ts";
import { formatTimestamp } from "../time/timestamp.ts";
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

const unlessNull =
	<T extends ScalarValue>(encode: (value: T) => unknown): Encoder =>
	(value) =>
		value === null ? null : encode(value as T);

const scalarEncoders: Record<ScalarType, Encoder> = {
	BOOL: itself,
	INT32: itself,
	INT64: unlessNull<bigint>((value) => value.toString()),
	FLOAT32: float,
	FLOAT64: float,
	STRING: itself,
	BYTES: unlessNull<Uint8Array>((value) =>
		Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64"),
	),
	TIMESTAMP: unlessNull(formatTimestamp),
	DATE: unlessNull(formatDate),
	JSON: unlessNull<string>((value) => JSON.parse(value)),
};

const arrayEncoders = Object.fromEntries(
	Object.entries(scalarEncoders).map(([type, encode]) => [
		type,
		(value: Value) =>
			value === null ? null : (value as readonly (ScalarValue | null)[]).map((element) => encode(element)),
	]),
) as Record<ScalarType, Encoder>;
