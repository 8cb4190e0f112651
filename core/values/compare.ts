/** The total order of values: what decides which of two rows is newer when their times are equal. */
import type { ScalarType, ValueType } from "./type.ts";
import type { ScalarValue, Value } from "./value.ts";

/** Negative, zero or positive, as `Array.sort` takes it. */
export type Comparator = (a: Value, b: Value) => number;

/**
 * Orders two values of one type: null lowest; NaN highest and -0 equal to 0; strings, JSON texts and bytes by their
 * (UTF-8) bytes; arrays by their elements in order, then by length.
 */
export const compareValues = (a: Value, b: Value, type: ValueType): number => comparatorOf(type)(a, b);

/** `compareValues` for one type, looked up once. */
export function comparatorOf(type: ValueType): Comparator {
	return (type.isArray ? arrayComparators : scalarComparators)[type.scalar];
}

/** Orders two strings by their UTF-8 bytes, which is the order of their code points. */
export function compareUtf8(a: string, b: string): number {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const x = a.charCodeAt(i);
		const y = b.charCodeAt(i);
		if (x !== y) return codePointRank(x) - codePointRank(y);
	}
	return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF: they go behind the units U+E000 to U+FFFF. */
const codePointRank = (unit: number): number => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

function compareNumbers(a: number, b: number): number {
	if (a < b) return -1;
	if (a > b) return 1;
	if (a === b) return 0;
	return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

const compareBigints = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

function nullsFirst<T extends ScalarValue>(compare: (a: T, b: T) => number): Comparator {
	return (a, b) => {
		if (a === null || b === null) return Number(b === null) - Number(a === null);
		return compare(a as T, b as T);
	};
}

const numbers = nullsFirst(compareNumbers);
const bigints = nullsFirst(compareBigints);
const strings = nullsFirst(compareUtf8);

const scalarComparators: Record<ScalarType, Comparator> = {
	BOOL: nullsFirst<boolean>((a, b) => Number(a) - Number(b)),
	INT32: numbers,
	INT64: bigints,
	FLOAT32: numbers,
	FLOAT64: numbers,
	STRING: strings,
	BYTES: nullsFirst<Uint8Array>((a, b) => Buffer.compare(a, b)),
	TIMESTAMP: bigints,
	DATE: numbers,
	JSON: strings,
};

function elementwise(compare: Comparator): Comparator {
	return (a, b) => {
		if (a === null || b === null) return Number(b === null) - Number(a === null);
		const left = a as readonly (ScalarValue | null)[];
		const right = b as readonly (ScalarValue | null)[];
		const length = Math.min(left.length, right.length);
		for (let i = 0; i < length; i++) {
			const order = compare(left[i] as ScalarValue | null, right[i] as ScalarValue | null);
			if (order !== 0) return order;
		}
		return left.length - right.length;
	};
}

const arrayComparators = Object.fromEntries(
	Object.entries(scalarComparators).map(([type, compare]) => [type, elementwise(compare)]),
) as Record<ScalarType, Comparator>;
