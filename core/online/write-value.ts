import type { ScalarType, ValueType } from "../values/type.ts";
import type { ScalarValue } from "../values/value.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { marker } from "./layout.ts";

/**
 * Writes a value so that the byte order of two of them is the order of the values, and none is the beginning of
 * another. Places of negative zeros, which byte order must not see, go to `negativeZeros`.
 */
export function writeValue(
	writer: ByteWriter,
	value: ScalarValue | readonly (ScalarValue | null)[],
	type: ValueType,
	negativeZeros: number[] | null,
): void {
	if (!type.isArray) {
		writeScalar(writer, value as ScalarValue, type.scalar, negativeZeros);
		return;
	}
	for (const element of value as readonly (ScalarValue | null)[]) {
		if (element === null) {
			writer.uint8(marker.nullElement);
		} else {
			writer.uint8(marker.element);
			writeScalar(writer, element, type.scalar, negativeZeros);
		}
	}
	writer.uint8(marker.end);
}

function writeScalar(writer: ByteWriter, value: ScalarValue, type: ScalarType, negativeZeros: number[] | null): void {
	switch (type) {
		case "BOOL":
			writer.uint8(value === true ? 1 : 0);
			break;
		case "INT32":
		case "DATE":
			writer.int32(value as number);
			break;
		case "INT64":
		case "TIMESTAMP":
			writer.int64(value as bigint);
			break;
		case "FLOAT32":
			if (Object.is(value, -0)) negativeZeros?.push(writer.length);
			writer.float32(value as number);
			break;
		case "FLOAT64":
			if (Object.is(value, -0)) negativeZeros?.push(writer.length);
			writer.float64(value as number);
			break;
		case "STRING":
		case "JSON":
			writer.text(value as string);
			break;
		case "BYTES":
			writer.bytes(value as Uint8Array);
			break;
	}
}
