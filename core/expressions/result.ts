/** The last step of an expression: from what it makes to a value of the feature's declared type. */
import { canonicalJson } from "../values/canonical-json.ts";
import type { ScalarType, ValueType } from "../values/type.ts";
import type { Value } from "../values/value.ts";
import { isWithinBytes } from "../values/value-size.ts";
import { coerce } from "./coerce.ts";
import type { Compiled } from "./compiled.ts";
import { failEvaluation } from "./expression-error.ts";
import { type Datum, type ExpressionType, expressionTypeOf } from "./expression-type.ts";
import { expressionLimits } from "./parse-expression.ts";

/** Ranges and rounding of the declared type. Throws `EvaluationFailure`. */
export const finisherOf = (declared: ValueType): ((value: Datum) => Value) =>
	declared.scalar === "JSON" ? toJson : finishers(declared);

/** The expression as one of the declared type; undefined when it has another. */
export function asDeclared(compiled: Compiled, declared: ValueType): Compiled | undefined {
	if (declared.scalar === "JSON") return isJson(compiled.type) ? compiled : undefined;
	return coerce(compiled, expressionTypeOf(declared));
}

/** Times and bytes have no JSON of their own: string(x) says which text is meant. */
function isJson(type: ExpressionType): boolean {
	if (type.kind === "list") return isJson(type.element);
	return !["timestamp", "duration", "date", "bytes"].includes(type.kind);
}

function finishers(declared: ValueType): (value: Datum) => Value {
	const finish = scalarFinishers[declared.scalar];
	if (finish === undefined) return (value) => value as Value;
	if (!declared.isArray) return (value) => (value === null ? null : finish(value));
	return (value) =>
		value === null ? null : (value as readonly Datum[]).map((element) => (element === null ? null : finish(element)));
}

const scalarFinishers: Partial<Record<ScalarType, (value: Datum) => number>> = {
	INT32: (value) => {
		const number = Number(value);
		if (number >= -2_147_483_648 && number <= 2_147_483_647) return number;
		return failEvaluation(`${number} is out of the range of int32.`);
	},
	FLOAT32: (value) => {
		const rounded = Math.fround(value as number);
		if (Number.isFinite(value) && !Number.isFinite(rounded)) return failEvaluation("Out of the range of float32.");
		return rounded;
	},
};

function toJson(value: Datum): Value {
	if (value === null) return null;
	if (!isWithinBytes(value, expressionLimits.bytes)) {
		return failEvaluation(`The expression makes JSON of more than ${expressionLimits.bytes} bytes.`);
	}
	return canonicalJson(value) ?? failEvaluation("The result cannot be written as JSON.");
}
