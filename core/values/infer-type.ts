/** Types of JSON that comes without any: label columns and other columns that nothing declares. */
import { arrayOf, type ScalarType, scalar, type ValueType } from "./type.ts";

/** Integers from here on are no 64-bit ones: they were meant as floats. */
const int64End = 2 ** 63;

/** The type of one JSON value: BOOL, INT64, FLOAT64, STRING, JSON, or an array of these; null when it does not tell. */
export function inferType(json: unknown): ValueType | null {
	switch (typeof json) {
		case "boolean":
			return scalar("BOOL");
		case "bigint":
			return scalar("INT64");
		case "number":
			return scalar(Number.isInteger(json) && Math.abs(json) < int64End ? "INT64" : "FLOAT64");
		case "string":
			return scalar("STRING");
		case "object":
			if (json === null) return null;
			return Array.isArray(json) ? inferArray(json) : scalar("JSON");
		default:
			return null;
	}
}

/** The one type that holds all these JSON values: integers beside floats make FLOAT64, other mixtures JSON. Null when all are null. */
export function inferCommonType(values: Iterable<unknown>): ValueType | null {
	let common: ValueType | null = null;
	for (const value of values) {
		const type = inferType(value);
		if (type === null) continue;
		common = common === null ? type : widen(common, type);
	}
	return common;
}

function inferArray(elements: readonly unknown[]): ValueType | null {
	const element = inferCommonType(elements);
	if (element === null) return null;
	return element.isArray || element.scalar === "JSON" ? scalar("JSON") : arrayOf(element.scalar);
}

function widen(a: ValueType, b: ValueType): ValueType {
	if (a.isArray !== b.isArray) return scalar("JSON");
	if (a.scalar === b.scalar) return a;
	const numeric = (type: ScalarType) => type === "INT64" || type === "FLOAT64";
	return numeric(a.scalar) && numeric(b.scalar) ? { scalar: "FLOAT64", isArray: a.isArray } : scalar("JSON");
}
