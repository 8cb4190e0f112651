/** Implicit conversions: int to double, a JSON value to the type that its place asks for, null to anything. */
import type { Compiled } from "./compiled.ts";
import { failEvaluation } from "./expression-error.ts";
import { type Datum, type ExpressionType, isNumeric, sameExpressionType } from "./expression-type.ts";

/** `operand` as a value of `to`; undefined when there is no implicit conversion. */
export function coerce(operand: Compiled, to: ExpressionType): Compiled | undefined {
	const from = operand.type;
	if (sameExpressionType(from, to) || from.kind === "null") return { ...operand, type: to };
	if (from.kind === "int" && to.kind === "double") return mapped(operand, to, (value) => Number(value));
	if (from.kind === "json") {
		const convert = fromJson(to);
		return convert === undefined ? undefined : mapped(operand, to, convert);
	}
	if (from.kind === "list" && to.kind === "list") {
		if (from.element.kind === "null") return { ...operand, type: to };
		if (from.element.kind === "int" && to.element.kind === "double") {
			const widen = (element: Datum) => (element === null ? null : Number(element));
			return mapped(operand, to, (value) => (value as readonly Datum[]).map(widen));
		}
	}
	return undefined;
}

/** The one type that both can be converted to. */
export function commonType(a: ExpressionType, b: ExpressionType): ExpressionType | undefined {
	if (sameExpressionType(a, b) || b.kind === "null" || b.kind === "json") return a;
	if (a.kind === "null" || a.kind === "json") return b;
	if (isNumeric(a) && isNumeric(b)) return { kind: "double" };
	if (a.kind === "list" && b.kind === "list") {
		const element = commonType(a.element, b.element);
		return element === undefined ? undefined : { kind: "list", element };
	}
	return undefined;
}

function mapped(operand: Compiled, type: ExpressionType, convert: (value: Datum) => Datum): Compiled {
	const { evaluate } = operand;
	const converted = (value: Datum): Datum => (value === null ? null : convert(value));
	if (operand.literal !== undefined) {
		const literal = converted(operand.literal);
		return { type, evaluate: () => literal, literal };
	}
	return { type, evaluate: (frame) => converted(evaluate(frame)) };
}

function fromJson(to: ExpressionType): ((value: Datum) => Datum) | undefined {
	switch (to.kind) {
		case "bool":
			return (value) => (typeof value === "boolean" ? value : mismatch(value, "a boolean"));
		case "double":
			return (value) =>
				typeof value === "number" || typeof value === "bigint" ? Number(value) : mismatch(value, "a number");
		case "string":
			return (value) => (typeof value === "string" ? value : mismatch(value, "a string"));
		case "int":
			// Beyond 2^53 whoever wrote the JSON may have rounded it.
			return (value) =>
				typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : mismatch(value, "an exact integer");
		case "list": {
			const element = to.element.kind === "json" ? (value: Datum) => value : fromJson(to.element);
			if (element === undefined) return undefined;
			return (value) =>
				Array.isArray(value)
					? value.map((each) => (each === null ? null : element(each)))
					: mismatch(value, "an array");
		}
		default:
			return undefined;
	}
}

function mismatch(value: Datum, expected: string): never {
	const found = Array.isArray(value)
		? "an array"
		: typeof value === "object"
			? "an object"
			: `a ${typeof value === "bigint" ? "number" : typeof value}`;
	return failEvaluation(`The JSON value is ${found}, expected ${expected}.`);
}
