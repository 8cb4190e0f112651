/** Label columns in the types that views declare: converted exactly, or an error. */
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { tryDecodeFeatureValue } from "../values/feature-value-in.ts";
import { featureValueEncoder } from "../values/feature-value-out.ts";
import { InvalidValue } from "../values/invalid-value.ts";
import { sameType, type ValueType } from "../values/type.ts";
import type { Value } from "../values/value.ts";

const integers = new Set(["INT32", "INT64"]);
const numbers = new Set(["INT32", "INT64", "FLOAT32", "FLOAT64"]);

/** Converts the values of one label column; `firstRow` numbers the rows for the error. Throws LABELS_INVALID. */
export function convertLabelColumn(
	values: readonly Value[],
	column: string,
	from: ValueType,
	to: ValueType,
	firstRow: number,
): readonly Value[] {
	if (sameType(from, to)) return values;
	const json = asJson(from, to);
	return values.map((value, index) => {
		if (value === null) return null;
		const converted = tryDecodeFeatureValue(json(value), to);
		if (!(converted instanceof InvalidValue)) return converted;
		throw new FeaturegraphError("LABELS_INVALID", `Label row ${firstRow + index}, "${column}": ${converted.message}.`, {
			name: column,
			index: firstRow + index,
			hint: `Send "${column}" as ${to.scalar.toLowerCase()}.`,
		});
	});
}

function asJson(from: ValueType, to: ValueType): (value: Value) => unknown {
	if (from.isArray || to.isArray) return featureValueEncoder(from);
	if (integers.has(from.scalar) && to.scalar === "STRING") return String;
	return numbers.has(from.scalar) && numbers.has(to.scalar) ? numberAsJson : featureValueEncoder(from);
}

const numberAsJson = (value: Value): unknown =>
	typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
