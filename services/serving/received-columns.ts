/** Typed columns of a request, pushed or asked by, as the values that are needed: exactly those that the same rows would be as JSON. */
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { ReceivedRows } from "../../core/ports/arrow-streams.ts";
import { isDay } from "../../core/time/date.ts";
import { isTimestamp } from "../../core/time/timestamp.ts";
import { type ValueConverter, valueConverter } from "../../core/values/convert-value.ts";
import { InvalidValue } from "../../core/values/invalid-value.ts";
import { type Column, formatValueType, type ScalarType, scalar, type ValueType } from "../../core/values/type.ts";
import type { Micros, ScalarValue, Value } from "../../core/values/value.ts";

/** One column: by row, its value or why it is none; undefined where the rows have no such column. */
export type ReceivedColumn = readonly (Value | InvalidValue)[] | undefined;

/** UNKNOWN_COLUMN is the caller's to tell; INVALID_VALUE for a column that never holds values of the type that is needed. */
export function receivedColumn({ columns, leftOut, rowCount }: ReceivedRows, { name, type }: Column): ReceivedColumn {
	const given = columns.get(name);
	if (given === undefined) {
		const unread = leftOut.get(name);
		if (unread === undefined) return undefined;
		if (unread === null) return new Array<Value>(rowCount).fill(null);
		throw unfit(name, unread, type);
	}
	const convert = converterOf(given.type, type);
	if (convert === null) throw unfit(name, formatValueType(given.type), type);
	return given.values().map((value) => {
		const taken = convert(value);
		return taken === undefined ? new InvalidValue(value, type, `expected ${formatValueType(type)}`) : taken;
	});
}

/** As JSON is taken: lists element by element, and a number rounded to the nearest of 32 bits, which is how they are written. */
function converterOf(from: ValueType, to: ValueType): ValueConverter | null {
	if (from.isArray !== to.isArray) return null;
	const convert = scalarConverter(from, to);
	if (convert === null || !to.isArray) return convert;
	return (list) => {
		if (list === null) return null;
		const elements: (ScalarValue | null)[] = [];
		for (const element of list as readonly (ScalarValue | null)[]) {
			const taken = convert(element);
			if (taken === undefined) return undefined;
			elements.push(taken as ScalarValue | null);
		}
		return elements;
	};
}

function scalarConverter(from: ValueType, to: ValueType): ValueConverter | null {
	if (from.scalar === "FLOAT64" && to.scalar === "FLOAT32") return roundToFloat32;
	const convert = valueConverter(scalar(from.scalar), scalar(to.scalar));
	if (to.scalar === "JSON" && convert !== null) return nullsOfJson(convert);
	const isKept = keepable[to.scalar];
	if (convert === null || isKept === undefined) return convert;
	return (value) => {
		const taken = convert(value);
		return taken === null || taken === undefined || isKept(taken as never) ? taken : undefined;
	};
}

function roundToFloat32(value: Value): Value | undefined {
	if (value === null) return null;
	const rounded = Math.fround(value as number);
	return Number.isFinite(value) && !Number.isFinite(rounded) ? undefined : rounded;
}

/** JSON's own null is no value, as it is none in a row of JSON. */
const nullsOfJson =
	(convert: ValueConverter): ValueConverter =>
	(value) => {
		const taken = convert(value);
		return taken === "null" ? null : taken;
	};

/** What Arrow can say and no store of ours can keep: PostgreSQL's text, for one, has no U+0000. */
const keepable: Partial<Record<ScalarType, (value: never) => boolean>> = {
	STRING: (text: string) => !text.includes("\0"),
	TIMESTAMP: (micros: Micros) => isTimestamp(micros),
	DATE: (days: number) => isDay(days),
};

/** Whether every store can keep what an expression made. */
export function isKeepable(value: Value, { scalar: kind, isArray }: ValueType): boolean {
	if (value === null) return true;
	if (isArray) return (value as readonly Value[]).every((element) => isKeepable(element, scalar(kind)));
	return (typeof value !== "string" || value.isWellFormed()) && keepable[kind]?.(value as never) !== false;
}

const unfit = (name: string, given: string, type: ValueType): FeaturegraphError =>
	new FeaturegraphError("INVALID_VALUE", `The column "${name}" holds ${given}, needed is ${formatValueType(type)}.`, {
		name,
		hint: "Cast it before it is sent.",
	});
