/** Operators under SQL's three-valued logic: null in, null out, but for what `&&`, `||` and `?:` can tell without it. */
import type { ASTNode, BinaryOperator } from "@marcbachmann/cel-js";
import { isTimestamp } from "../time/timestamp.ts";
import { compareUtf8 } from "../values/compare.ts";
import { coerce, commonType } from "./coerce.ts";
import { type Compiled, type Compiler, counted, strict } from "./compiled.ts";
import { failEvaluation, invalidAt } from "./expression-error.ts";
import { type Datum, describeType, type ExpressionType, isNumeric } from "./expression-type.ts";
import { expressionLimits } from "./parse-expression.ts";

const bool: ExpressionType = { kind: "bool" };
const int: ExpressionType = { kind: "int" };
const double: ExpressionType = { kind: "double" };
const duration: ExpressionType = { kind: "duration" };
const timestamp: ExpressionType = { kind: "timestamp" };

const minInt = -(2n ** 63n);
const maxInt = 2n ** 63n - 1n;

/** An integer of the expression: what leaves 64 bits is an error, never a wrong number. */
export function checkedInt(value: bigint): bigint {
	return value >= minInt && value <= maxInt ? value : failEvaluation("An integer left the range of 64 bits.");
}

/** An instant of the expression: in the years that can be written. */
export function checkedTimestamp(micros: bigint): bigint {
	return isTimestamp(micros) ? micros : failEvaluation("A timestamp left the years 0001 to 9999.");
}

export function conditional(node: ASTNode, compiler: Compiler, parts: readonly [ASTNode, ASTNode, ASTNode]): Compiled {
	const test = asBool(parts[0], compiler);
	const yes = compiler.compile(parts[1]);
	const no = compiler.compile(parts[2]);
	const type = commonType(yes.type, no.type);
	const first = type && coerce(yes, type);
	const second = type && coerce(no, type);
	if (type === undefined || first === undefined || second === undefined) {
		throw invalidAt(node, `The branches of ?: are ${describeType(yes.type)} and ${describeType(no.type)}`, {
			hint: "Both need one type; convert one of them, as in string(x) or double(x).",
		});
	}
	return {
		type,
		evaluate: (frame) => (test.evaluate(frame) === true ? first.evaluate(frame) : second.evaluate(frame)),
	};
}

export function logical(op: "&&" | "||", compiler: Compiler, parts: readonly [ASTNode, ASTNode]): Compiled {
	const left = asBool(parts[0], compiler).evaluate;
	const right = asBool(parts[1], compiler).evaluate;
	// The value that decides alone, whatever the other one is.
	const decisive = op === "||";
	return {
		type: bool,
		evaluate: (frame) => {
			const a = left(frame);
			if (a === decisive) return decisive;
			const b = right(frame);
			if (b === decisive) return decisive;
			return a === null || b === null ? null : !decisive;
		},
	};
}

export function not(operand: ASTNode, compiler: Compiler): Compiled {
	return strict(bool, [asBool(operand, compiler)], (value: boolean) => !value);
}

export function negate(node: ASTNode, operand: ASTNode, compiler: Compiler): Compiled {
	if (operand.op === "value" && typeof operand.args === "bigint" && operand.args === -minInt) {
		return { type: int, evaluate: () => minInt, literal: minInt };
	}
	const compiled = compiler.compile(operand);
	if (compiled.type.kind === "int") return strict(int, [compiled], (value: bigint) => checkedInt(-value));
	const number = coerce(compiled, double);
	if (number !== undefined) return strict(double, [number], (value: number) => -value);
	if (compiled.type.kind === "duration") return strict(duration, [compiled], (value: bigint) => -value);
	throw invalidAt(node, `"-" takes no ${describeType(compiled.type)}`);
}

export function asBool(node: ASTNode, compiler: Compiler): Compiled {
	const compiled = compiler.compile(node);
	const converted = coerce(compiled, bool);
	if (converted === undefined) throw invalidAt(node, `Expected a bool, found ${describeType(compiled.type)}`);
	return converted;
}

export function binary(
	node: ASTNode,
	op: BinaryOperator,
	compiler: Compiler,
	parts: readonly [ASTNode, ASTNode],
): Compiled {
	const left = compiler.compile(parts[0]);
	const right = compiler.compile(parts[1]);
	switch (op) {
		case "==":
		case "!=":
			return equality(node, op, left, right);
		case "in":
			return membership(node, left, right);
		case "<":
		case "<=":
		case ">":
		case ">=":
			return ordering(node, op, left, right);
		default:
			return arithmetic(node, op, left, right);
	}
}

function mismatch(node: ASTNode, op: string, left: Compiled, right: Compiled): Error {
	return invalidAt(node, `"${op}" takes no ${describeType(left.type)} and ${describeType(right.type)}`, {
		hint: "Convert one side, as in double(x), int(x) or string(x).",
	});
}

/** Both as one type; ints beside doubles stay as they are, since JavaScript compares them exactly. */
function comparable(node: ASTNode, op: string, left: Compiled, right: Compiled): [Compiled, Compiled] {
	if (isNumeric(left.type) && isNumeric(right.type)) return [left, right];
	const type = commonType(left.type, right.type);
	const a = type && coerce(left, type);
	const b = type && coerce(right, type);
	if (a === undefined || b === undefined) throw mismatch(node, op, left, right);
	return [a, b];
}

function equality(node: ASTNode, op: "==" | "!=", left: Compiled, right: Compiled): Compiled {
	const equal = op === "==";
	// A comparison with the literal null is a test for it, as in CEL: compared as SQL does, it would never be true.
	if (right.type.kind === "null" || left.type.kind === "null") {
		const tested = (right.type.kind === "null" ? left : right).evaluate;
		return { type: bool, evaluate: (frame) => (tested(frame) === null) === equal };
	}
	const [a, b] = comparable(node, op, left, right);
	const equals = (x: Datum, y: Datum) => equalValues(x, y) === equal;
	return strict(bool, [a, a.type.kind === "list" ? counted(b) : b], equals);
}

function membership(node: ASTNode, left: Compiled, right: Compiled): Compiled {
	const list = right.type.kind === "json" ? coerce(right, { kind: "list", element: { kind: "json" } }) : right;
	if (list?.type.kind !== "list") {
		throw invalidAt(node, `"in" takes a list on its right, found ${describeType(right.type)}`);
	}
	if (commonType(left.type, list.type.element) === undefined) throw mismatch(node, "in", left, right);
	return strict(bool, [left, counted(list)], (value: Datum, elements: readonly Datum[]) => {
		let unknown = false;
		for (const element of elements) {
			if (element === null) unknown = true;
			else if (equalValues(value, element)) return true;
		}
		return unknown ? null : false;
	});
}

/** Equality of two values of comparable types; none of them null. */
export function equalValues(a: Datum, b: Datum): boolean {
	if (typeof a === "object" || typeof b === "object") return equalObjects(a, b);
	if (typeof a === typeof b) return a === b;
	if (typeof a === "bigint" || typeof b === "bigint")
		return (a as number) <= (b as number) && (a as number) >= (b as number);
	return false;
}

function equalObjects(a: Datum, b: Datum): boolean {
	if (a === null || b === null) return a === b;
	if (a instanceof Uint8Array) return b instanceof Uint8Array && Buffer.compare(a, b) === 0;
	if (Array.isArray(a)) {
		return Array.isArray(b) && a.length === b.length && a.every((element, index) => equalValues(element, b[index]));
	}
	if (typeof a !== "object" || typeof b !== "object") return false;
	const names = Object.keys(a);
	const other = b as Readonly<Record<string, Datum>>;
	if (names.length !== Object.keys(b).length) return false;
	return names.every((name) => Object.hasOwn(b, name) && equalValues((a as Record<string, Datum>)[name], other[name]));
}

const comparisons = {
	"<": (order: number) => order < 0,
	"<=": (order: number) => order <= 0,
	">": (order: number) => order > 0,
	">=": (order: number) => order >= 0,
} as const;

const numericComparisons = {
	"<": (a: number, b: number) => a < b,
	"<=": (a: number, b: number) => a <= b,
	">": (a: number, b: number) => a > b,
	">=": (a: number, b: number) => a >= b,
} as const;

function ordering(node: ASTNode, op: keyof typeof comparisons, left: Compiled, right: Compiled): Compiled {
	const [a, b] = comparable(node, op, left, right);
	switch (a.type.kind) {
		case "int":
		case "double":
		case "timestamp":
		case "duration":
		case "date":
			return strict(bool, [a, b], numericComparisons[op]);
		case "null":
			return { type: bool, evaluate: () => null, literal: null };
		case "string": {
			const holds = comparisons[op];
			return strict(bool, [a, b], (x: string, y: string) => holds(compareUtf8(x, y)));
		}
		case "bytes": {
			const holds = comparisons[op];
			return strict(bool, [a, b], (x: Uint8Array, y: Uint8Array) => holds(Buffer.compare(x, y)));
		}
		case "bool": {
			const holds = comparisons[op];
			return strict(bool, [a, b], (x: boolean, y: boolean) => holds(Number(x) - Number(y)));
		}
		default:
			throw mismatch(node, op, left, right);
	}
}

type Arithmetic = "+" | "-" | "*" | "/" | "%";

const onInts: Record<Arithmetic, (a: bigint, b: bigint) => bigint | number | null> = {
	"+": (a, b) => checkedInt(a + b),
	"-": (a, b) => checkedInt(a - b),
	"*": (a, b) => checkedInt(a * b),
	// Exact division: 7 / 2 is 3.5.
	"/": (a, b) => (b === 0n ? null : Number(a) / Number(b)),
	"%": (a, b) => (b === 0n ? null : a % b),
};

const onDoubles: Record<Arithmetic, (a: number, b: number) => number | null> = {
	"+": (a, b) => a + b,
	"-": (a, b) => a - b,
	"*": (a, b) => a * b,
	"/": (a, b) => (b === 0 ? null : a / b),
	"%": (a, b) => (b === 0 ? null : a % b),
};

function arithmetic(node: ASTNode, op: Arithmetic, left: Compiled, right: Compiled): Compiled {
	const ofTimes = timeArithmetic(op, left, right) ?? (op === "+" ? concatenation(left, right) : undefined);
	if (ofTimes !== undefined) return ofTimes;
	if (left.type.kind === "int" && right.type.kind === "int") {
		return strict(op === "/" ? double : int, [left, right], onInts[op]);
	}
	if (left.type.kind === "null" && right.type.kind === "null")
		return { type: left.type, evaluate: () => null, literal: null };
	if (left.type.kind === "null" && right.type.kind === "int") return { ...left, type: op === "/" ? double : int };
	if (right.type.kind === "null" && left.type.kind === "int") return { ...right, type: op === "/" ? double : int };
	const a = coerce(left, double);
	const b = coerce(right, double);
	if (a === undefined || b === undefined) throw mismatch(node, op, left, right);
	return strict(double, [a, b], onDoubles[op]);
}

function timeArithmetic(op: Arithmetic, left: Compiled, right: Compiled): Compiled | undefined {
	const kinds = `${left.type.kind} ${op} ${right.type.kind}`;
	switch (kinds) {
		case "timestamp - timestamp":
			return strict(duration, [left, right], (a: bigint, b: bigint) => checkedInt(a - b));
		case "timestamp - duration":
			return strict(timestamp, [left, right], (a: bigint, b: bigint) => checkedTimestamp(a - b));
		case "timestamp + duration":
		case "duration + timestamp":
			return strict(timestamp, [left, right], (a: bigint, b: bigint) => checkedTimestamp(a + b));
		case "duration + duration":
			return strict(duration, [left, right], (a: bigint, b: bigint) => checkedInt(a + b));
		case "duration - duration":
			return strict(duration, [left, right], (a: bigint, b: bigint) => checkedInt(a - b));
		default:
			return undefined;
	}
}

function refuseLong(length: number): void {
	if (length > expressionLimits.bytes)
		failEvaluation(`The expression makes more than ${expressionLimits.bytes} bytes.`);
}

/** Strings, bytes and lists. A string that meets JSON takes it as one. */
function concatenation(left: Compiled, right: Compiled): Compiled | undefined {
	const type = commonType(left.type, right.type);
	const a = type && coerce(left, type);
	const b = type && coerce(right, type);
	if (a === undefined || b === undefined) return undefined;
	switch (a.type.kind) {
		case "string":
			return strict(a.type, [a, b], (x: string, y: string) => {
				refuseLong(x.length + y.length);
				return x + y;
			});
		case "bytes":
			return strict(a.type, [a, b], (x: Uint8Array, y: Uint8Array) => {
				refuseLong(x.length + y.length);
				return new Uint8Array(Buffer.concat([x, y]));
			});
		case "list":
			return strict(a.type, [counted(a), counted(b)], (x: readonly Datum[], y: readonly Datum[]) => x.concat(y));
		default:
			return undefined;
	}
}
