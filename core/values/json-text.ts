/** A column of values as the JSON text of a list: what `featureValueEncoder` and `JSON.stringify` would write, without the step between. */
import { featureValueEncoder } from "./feature-value-out.ts";
import type { ValueType } from "./type.ts";
import type { Value } from "./value.ts";

export function jsonTextOf(values: readonly Value[], type: ValueType): string {
	if (type.isArray) return JSON.stringify(values.map(featureValueEncoder(type)));
	switch (type.scalar) {
		case "BOOL":
		case "INT32":
		case "STRING":
			return JSON.stringify(values);
		case "FLOAT32":
		case "FLOAT64":
			// As JSON.stringify writes it, which takes longer to begin than to write one number.
			if (values.length === 1 && Number.isFinite(values[0])) return `[${String(values[0])}]`;
			return JSON.stringify(values.every(isPlain) ? values : values.map(featureValueEncoder(type)));
		case "JSON":
			// They are JSON already.
			return `[${values.map((value) => value ?? "null").join(",")}]`;
		case "INT64":
			return `[${values.map((value) => (value === null ? "null" : `"${String(value)}"`)).join(",")}]`;
		default:
			return JSON.stringify(values.map(featureValueEncoder(type)));
	}
}

/** Neither NaN nor infinite: those are words. */
const isPlain = (value: Value): boolean => value === null || Number.isFinite(value);
