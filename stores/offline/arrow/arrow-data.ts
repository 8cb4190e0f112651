/** Our types and values as those of Arrow. */
import {
	Binary,
	Bool,
	Data,
	type DataType,
	DateDay,
	Field,
	Float32,
	Float64,
	Int32,
	Int64,
	List,
	TimestampMicrosecond,
	Utf8,
} from "apache-arrow";
import type { Column, ScalarType, ValueType } from "../../../core/values/type.ts";
import type { ScalarValue, Value } from "../../../core/values/value.ts";
import { jsonExtension } from "./json-extension.ts";

const scalarTypes: Record<ScalarType, () => DataType> = {
	BOOL: () => new Bool(),
	INT32: () => new Int32(),
	INT64: () => new Int64(),
	FLOAT32: () => new Float32(),
	FLOAT64: () => new Float64(),
	STRING: () => new Utf8(),
	BYTES: () => new Binary(),
	TIMESTAMP: () => new TimestampMicrosecond("UTC"),
	DATE: () => new DateDay(),
	JSON: () => new Utf8(),
};

const arrowType = ({ scalar, isArray }: ValueType): DataType =>
	isArray ? new List(new Field("item", scalarTypes[scalar](), true)) : scalarTypes[scalar]();

/** How a column is declared in a schema. */
export const fieldOf = ({ name, type }: Column): Field =>
	new Field(name, arrowType(type), true, type.scalar === "JSON" && !type.isArray ? jsonExtension() : null);

/** The buffers of a column. */
export function dataOf(values: readonly Value[], type: ValueType): Data {
	if (!type.isArray) return scalarData(values as readonly (ScalarValue | null)[], type.scalar);
	const offsets = new Int32Array(values.length + 1);
	const elements: (ScalarValue | null)[] = [];
	for (const [row, list] of (values as readonly (readonly (ScalarValue | null)[] | null)[]).entries()) {
		for (const element of list ?? []) elements.push(element);
		offsets[row + 1] = elements.length;
	}
	const { nulls, valid } = validity(values);
	const children = [scalarData(elements, type.scalar)];
	return new Data(arrowType(type), 0, values.length, nulls, [offsets, undefined, valid], children);
}

function scalarData(values: readonly (ScalarValue | null)[], scalar: ScalarType): Data {
	const { nulls, valid } = validity(values);
	const [offsets, bytes] = buffersOf(values, scalar);
	return new Data(scalarTypes[scalar](), 0, values.length, nulls, [offsets, bytes, valid]);
}

const none = new Uint8Array();

/** Without nulls no bits are needed. */
function validity(values: readonly Value[]): { nulls: number; valid: Uint8Array } {
	let nulls = 0;
	for (const value of values) if (value === null) nulls += 1;
	if (nulls === 0) return { nulls, valid: none };
	const valid = new Uint8Array((values.length + 7) >> 3);
	for (let index = 0; index < values.length; index++) if (values[index] !== null) setBit(valid, index);
	return { nulls, valid };
}

const setBit = (bits: Uint8Array, index: number): void => {
	bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
};

type Buffers = readonly [offsets: Int32Array | undefined, values: ArrayBufferView];

function buffersOf(values: readonly (ScalarValue | null)[], scalar: ScalarType): Buffers {
	switch (scalar) {
		case "BOOL": {
			const bits = new Uint8Array((values.length + 7) >> 3);
			for (const [index, value] of values.entries()) if (value === true) setBit(bits, index);
			return [undefined, bits];
		}
		case "INT32":
		case "DATE":
			return [undefined, numbersInto(new Int32Array(values.length), values)];
		case "INT64":
		case "TIMESTAMP":
			return [undefined, BigInt64Array.from(values, (value) => (value ?? 0n) as bigint)];
		case "FLOAT32":
			return [undefined, numbersInto(new Float32Array(values.length), values)];
		case "FLOAT64":
			return [undefined, numbersInto(new Float64Array(values.length), values)];
		case "STRING":
		case "JSON":
			return variable(values.map((value) => Buffer.from((value ?? "") as string, "utf8")));
		case "BYTES":
			return variable(values.map((value) => (value ?? none) as Uint8Array));
	}
}

function numbersInto<Numbers extends Int32Array | Float32Array | Float64Array>(
	numbers: Numbers,
	values: readonly (ScalarValue | null)[],
): Numbers {
	for (let index = 0; index < numbers.length; index++) numbers[index] = (values[index] ?? 0) as number;
	return numbers;
}

function variable(parts: readonly Uint8Array[]): Buffers {
	const offsets = new Int32Array(parts.length + 1);
	let end = 0;
	for (const [index, part] of parts.entries()) {
		end += part.length;
		offsets[index + 1] = end;
	}
	return [offsets, Buffer.concat(parts)];
}
