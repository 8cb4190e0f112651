/**
 * A value of one type as a value of another, exactly or not at all: what a label column goes through when its type is
 * not the one that a join key declares. Texts become numbers only in their canonical spelling, and numbers never
 * become texts: a file that lost the leading zeros of "00501" must not match "501" in silence.
 */
import { parseDate } from "../time/date.ts";
import { parseTimestamp } from "../time/timestamp.ts";
import { canonicalJsonText } from "./canonical-json.ts";
import { type ScalarType, sameType, type ValueType } from "./type.ts";
import type { ScalarValue, Value } from "./value.ts";

/** Undefined: this value has no exact counterpart. Null stays null. */
export type ValueConverter = (value: Value) => Value | undefined;

/** Null: values of `from` never are values of `to`. */
export function valueConverter(from: ValueType, to: ValueType): ValueConverter | null {
	if (sameType(from, to)) return (value) => value;
	if (from.isArray || to.isArray) return null;
	const convert = converters[to.scalar]?.[from.scalar];
	if (convert === undefined) return null;
	return (value) => (value === null ? null : convert(value as never));
}

type Converter = (value: never) => ScalarValue | undefined;

const microsPerDay = 86_400_000_000n;
const integerText = /^(0|-?[1-9]\d{0,18})$/;

const toInt32 = (value: number | bigint): number | undefined => {
	const number = Number(value);
	return Number.isInteger(number) && number === (number | 0) ? number | 0 : undefined;
};

const toInt64 = (value: bigint): bigint | undefined => (BigInt.asIntN(64, value) === value ? value : undefined);
const floatToInt64 = (value: number): bigint | undefined =>
	Number.isInteger(value) ? toInt64(BigInt(value)) : undefined;
const textToInt64 = (text: string): bigint | undefined => (integerText.test(text) ? toInt64(BigInt(text)) : undefined);

const integerToFloat = (round: (value: number) => number) => (value: number | bigint) => {
	const rounded = round(Number(value));
	return BigInt(rounded) === BigInt(value) ? rounded : undefined;
};
const toFloat64 = integerToFloat((value) => value);
const toFloat32 = integerToFloat(Math.fround);

const converters: Partial<Record<ScalarType, Partial<Record<ScalarType, Converter>>>> = {
	INT32: {
		INT64: toInt32,
		FLOAT32: toInt32,
		FLOAT64: toInt32,
		STRING: (text: string) => {
			const integer = textToInt64(text);
			return integer === undefined ? undefined : toInt32(integer);
		},
	},
	INT64: { INT32: (value: number) => BigInt(value), FLOAT32: floatToInt64, FLOAT64: floatToInt64, STRING: textToInt64 },
	FLOAT32: {
		INT32: toFloat32,
		INT64: toFloat32,
		FLOAT64: (value: number) => (Object.is(Math.fround(value), value) ? value : undefined),
	},
	FLOAT64: { INT32: toFloat64, INT64: toFloat64, FLOAT32: (value: number) => value },
	TIMESTAMP: { STRING: parseTimestamp, DATE: (days: number) => BigInt(days) * microsPerDay },
	DATE: {
		STRING: parseDate,
		TIMESTAMP: (micros: bigint) => (micros % microsPerDay === 0n ? Number(micros / microsPerDay) : undefined),
	},
	JSON: { STRING: canonicalJsonText },
};
