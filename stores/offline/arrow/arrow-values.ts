/** Arrow's types and ours, and the values of its buffers, exactly: Arrow's own getters round times to milliseconds. */
import { type Binary, type Data, DataType, DateUnit, type Field, Precision, TimeUnit, Vector } from "apache-arrow";
import { canonicalJsonText } from "../../../core/values/canonical-json.ts";
import { type Column, scalar, type ValueType } from "../../../core/values/type.ts";
import type { ScalarValue, Value } from "../../../core/values/value.ts";
import { isJson } from "./json-extension.ts";
import { isText, textAt } from "./texts.ts";

type ValueAt = (row: number) => Value;

/** A column of a file that we have a type for. */
export interface ArrowColumn {
	readonly column: Column;
	/** Its place in the file. */
	readonly index: number;
	/** The values of one record batch, by row. */
	readonly read: (data: Data) => ValueAt;
}

interface Reading {
	readonly type: ValueType;
	readonly read: (data: Data) => ValueAt;
}

export function arrowColumnOf(field: Field, index: number): ArrowColumn | null {
	const reading = readingOf(field.type as DataType);
	if (reading === null) return null;
	const { read } = reading;
	if (!isJson(field.metadata) || reading.type.scalar !== "STRING" || reading.type.isArray) {
		return { column: { name: field.name, type: reading.type }, index, read };
	}
	const canonical = (text: Value): Value => (text === null ? null : (canonicalJsonText(text as string) ?? text));
	const readJson = (data: Data): ValueAt => {
		const textAt = read(data);
		return (row) => canonical(textAt(row));
	};
	return { column: { name: field.name, type: scalar("JSON") }, index, read: readJson };
}

function readingOf(type: DataType): Reading | null {
	if (DataType.isList(type) || DataType.isLargeList(type) || DataType.isFixedSizeList(type)) return listReading(type);
	const found = scalarReading(type);
	if (found === null) return null;
	const { valueAt, scalar: name } = found;
	const read = (data: Data): ValueAt => {
		const presentAt = valueAt(data);
		return (row) => (data.getValid(row) ? presentAt(row) : null);
	};
	return { type: scalar(name), read };
}

function listReading(type: DataType): Reading | null {
	const element = readingOf((type.children[0] as Field).type as DataType);
	if (element === null || element.type.isArray) return null;
	const read = (data: Data): ValueAt => {
		const elementAt = element.read(data.children[0] as Data);
		const fixed = DataType.isFixedSizeList(type) ? type.listSize : null;
		const offset = (row: number): number =>
			fixed === null ? Number((data.valueOffsets as Int32Array | BigInt64Array)[row]) : (data.offset + row) * fixed;
		return (row) => {
			if (!data.getValid(row)) return null;
			const values: (ScalarValue | null)[] = [];
			for (let at = offset(row); at < offset(row + 1); at++) values.push(elementAt(at) as ScalarValue | null);
			return values;
		};
	};
	return { type: { scalar: element.type.scalar, isArray: true }, read };
}

interface ScalarReading {
	readonly scalar: ValueType["scalar"];
	/** Of rows that are not null. */
	readonly valueAt: (data: Data) => (row: number) => ScalarValue | null;
}

function scalarReading(type: DataType): ScalarReading | null {
	if (DataType.isBool(type)) return { scalar: "BOOL", valueAt: (data) => (row) => bitAt(data, row) };
	if (DataType.isInt(type)) {
		if (type.bitWidth < 32 || (type.bitWidth === 32 && type.isSigned)) return numbers("INT32");
		return type.bitWidth === 32 || type.isSigned ? bigints("INT64", (value) => value) : null;
	}
	if (DataType.isFloat(type)) {
		if (type.precision === Precision.HALF) return null;
		return numbers(type.precision === Precision.SINGLE ? "FLOAT32" : "FLOAT64");
	}
	if (DataType.isTimestamp(type)) return bigints("TIMESTAMP", toMicros[type.unit]);
	if (DataType.isDate(type)) {
		if (type.unit === DateUnit.DAY) return numbers("DATE");
		return {
			scalar: "DATE",
			valueAt: (data) => (row) => Number(within(32, floorDivide(bigintAt(data, row), 86_400_000n))),
		};
	}
	if (isText(type)) return { scalar: "STRING", valueAt: textAt };
	if (DataType.isBinary(type) || DataType.isLargeBinary(type) || DataType.isFixedSizeBinary(type)) {
		return {
			scalar: "BYTES",
			valueAt: (data) => {
				// By Arrow's own getter, which knows every layout.
				const vector = new Vector([data as Data<Binary>]);
				// A copy, so that one value does not hold its whole batch.
				return (row) => new Uint8Array(vector.get(row) as Uint8Array);
			},
		};
	}
	return null;
}

const numbers = (name: ValueType["scalar"]): ScalarReading => ({
	scalar: name,
	valueAt: (data) => (row) => (data.values as ArrayLike<number>)[row] ?? 0,
});

const bigints = (name: ValueType["scalar"], convert: (value: bigint) => bigint): ScalarReading => ({
	scalar: name,
	valueAt: (data) => (row) => convert(bigintAt(data, row)),
});

const bigintAt = (data: Data, row: number): bigint => BigInt((data.values as ArrayLike<bigint | number>)[row] ?? 0);

const bitAt = (data: Data, row: number): boolean => {
	const at = data.offset + row;
	return (((data.values as Uint8Array)[at >> 3] ?? 0) & (1 << (at & 7))) !== 0;
};

/** Towards the past, also before 1970. */
const floorDivide = (value: bigint, by: bigint): bigint => (value - (((value % by) + by) % by)) / by;

/** Of a file's own unit, a time may be one that no microseconds tell. */
function within(bits: number, value: bigint): bigint {
	if (BigInt.asIntN(bits, value) !== value) throw new Error("a time or date is out of range");
	return value;
}

const toMicros: Readonly<Record<TimeUnit, (value: bigint) => bigint>> = {
	[TimeUnit.SECOND]: (value) => within(64, value * 1_000_000n),
	[TimeUnit.MILLISECOND]: (value) => within(64, value * 1_000n),
	[TimeUnit.MICROSECOND]: (value) => value,
	[TimeUnit.NANOSECOND]: (value) => floorDivide(value, 1_000n),
};
