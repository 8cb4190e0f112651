/** The functions and methods of expressions. All are deterministic, none reads a clock; times are UTC. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { RE2JS } from "re2js";
import { nearestNames } from "../errors/nearest.ts";
import { daysFromCivil } from "../time/calendar.ts";
import { formatDate, parseDate } from "../time/date.ts";
import { formatTimestamp, parseTimestamp } from "../time/timestamp.ts";
import { coerce } from "./coerce.ts";
import { type Compiled, strict } from "./compiled.ts";
import { failEvaluation, invalidAt } from "./expression-error.ts";
import {
	type Datum,
	describeType,
	type ExpressionType,
	type ScalarKind,
	sameExpressionType,
} from "./expression-type.ts";
import { checkedInt, checkedTimestamp } from "./operators.ts";

/** One form of a function: types of its parameters (of a method, the receiver first) and of its result. */
interface Overload {
	readonly parameters: readonly ExpressionType[];
	readonly result: ExpressionType;
	readonly apply: (...values: never[]) => Datum;
}

type Overloads = ReadonlyMap<string, readonly Overload[]>;

/** `list` stands for a list of anything. */
type Spelled = ScalarKind | "list";

const spelled = (kind: Spelled): ExpressionType =>
	kind === "list" ? { kind: "list", element: { kind: "null" } } : { kind };

function form(parameters: readonly Spelled[], result: ScalarKind, apply: (...values: never[]) => Datum): Overload {
	return { parameters: parameters.map(spelled), result: { kind: result }, apply };
}

const microsPerSecond = 1_000_000n;
const microsPerDay = 86_400n * microsPerSecond;

function toInt(value: number): bigint {
	if (!Number.isFinite(value)) return failEvaluation("A number that is not finite has no integer.");
	return checkedInt(BigInt(Math.trunc(value)));
}

function parsed<T>(value: T | undefined, text: string, what: string): T {
	return value ?? failEvaluation(`${JSON.stringify(text.slice(0, 60))} is no ${what}.`);
}

const integerText = /^[+-]?\d{1,40}$/;
/** As `string(x)` writes what has no digits. */
const numberWord = /^(?:NaN|-?Infinity)$/;
const numberText = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/;
const durationText = /^(-)?(\d{1,12})(ms|us|[smhd])$/;
const microsOf: Readonly<Record<string, bigint>> = {
	us: 1n,
	ms: 1000n,
	s: microsPerSecond,
	m: 60n * microsPerSecond,
	h: 3600n * microsPerSecond,
	d: microsPerDay,
};

function parseDurationMicros(text: string): bigint | undefined {
	const parts = durationText.exec(text);
	const unit = microsOf[parts?.[3] ?? ""];
	if (parts === null || unit === undefined) return undefined;
	const micros = BigInt(parts[2] ?? "0") * unit;
	return checkedInt(parts[1] === undefined ? micros : -micros);
}

/** Characters, not UTF-16 units. */
const characters = (text: string): bigint => BigInt(Array.from(text).length);

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;
const ofDay = (micros: bigint, unit: bigint, modulus: bigint): bigint =>
	((((micros % microsPerDay) + microsPerDay) % microsPerDay) / unit) % modulus;

/** Calendar parts of an instant. An operand that no text named (of a file) may lie beyond the years of `Date`. */
function date(micros: bigint): Date {
	const at = new Date(Number(floorDivide(micros, 1000n)));
	return Number.isNaN(at.getTime()) ? failEvaluation("The timestamp is beyond the calendar.") : at;
}

/** Not by `Date.UTC`, to which the years 0 to 99 are those of the last century. */
function dayOfYear(micros: bigint): bigint {
	const at = date(micros);
	const firstDay = daysFromCivil(at.getUTCFullYear(), 1, 1);
	return BigInt(Math.floor(at.getTime() / 86_400_000) - firstDay);
}

const functions: Overloads = new Map<string, readonly Overload[]>([
	[
		"int",
		[
			form(["int"], "int", (value: bigint) => value),
			form(["double"], "int", toInt),
			form(["bool"], "int", (value: boolean) => (value ? 1n : 0n)),
			form(["string"], "int", (text: string) =>
				checkedInt(BigInt(parsed(integerText.test(text) ? text.replace("+", "") : undefined, text, "integer"))),
			),
			form(["timestamp"], "int", (micros: bigint) => floorDivide(micros, microsPerSecond)),
		],
	],
	[
		"double",
		[
			form(["double"], "double", (value: number) => value),
			form(["bool"], "double", (value: boolean) => Number(value)),
			form(["string"], "double", (text: string) =>
				Number(parsed(numberText.test(text) || numberWord.test(text) ? text : undefined, text, "number")),
			),
		],
	],
	[
		"string",
		[
			form(["string"], "string", (value: string) => value),
			form(["int"], "string", String),
			form(["double"], "string", String),
			form(["bool"], "string", String),
			form(["timestamp"], "string", formatTimestamp),
			form(["date"], "string", formatDate),
		],
	],
	[
		"bool",
		[
			form(["bool"], "bool", (value: boolean) => value),
			form(["string"], "bool", (text: string) =>
				text === "true" ? true : text === "false" ? false : failEvaluation(`"${text.slice(0, 60)}" is no bool.`),
			),
		],
	],
	[
		"timestamp",
		[
			form(["timestamp"], "timestamp", (value: bigint) => value),
			form(["date"], "timestamp", (days: number) => checkedTimestamp(BigInt(days) * microsPerDay)),
			form(["string"], "timestamp", (text: string) => parsed(parseTimestamp(text), text, "timestamp")),
			form(["int"], "timestamp", (seconds: bigint) => checkedTimestamp(seconds * microsPerSecond)),
		],
	],
	[
		"date",
		[
			form(["date"], "date", (value: number) => value),
			form(["timestamp"], "date", (micros: bigint) => Number(floorDivide(micros, microsPerDay))),
			form(["string"], "date", (text: string) => parsed(parseDate(text), text, "date")),
		],
	],
	["duration", [form(["string"], "duration", (text: string) => parsed(parseDurationMicros(text), text, "duration"))]],
	[
		"size",
		[
			form(["string"], "int", characters),
			form(["bytes"], "int", (value: Uint8Array) => BigInt(value.length)),
			form(["list"], "int", (value: readonly Datum[]) => BigInt(value.length)),
		],
	],
]);

const mathFunctions: Overloads = new Map<string, readonly Overload[]>([
	[
		"abs",
		[
			form(["int"], "int", (value: bigint) => checkedInt(value < 0n ? -value : value)),
			form(["double"], "double", Math.abs),
		],
	],
	["ceil", [form(["double"], "double", Math.ceil)]],
	["floor", [form(["double"], "double", Math.floor)]],
	// Half away from zero, as SQL and CEL round.
	["round", [form(["double"], "double", (value: number) => Math.sign(value) * Math.round(Math.abs(value)))]],
	["trunc", [form(["double"], "double", Math.trunc)]],
	["sqrt", [form(["double"], "double", Math.sqrt)]],
	["exp", [form(["double"], "double", Math.exp)]],
	["log", [form(["double"], "double", Math.log)]],
	["log10", [form(["double"], "double", Math.log10)]],
	["pow", [form(["double", "double"], "double", (base: number, power: number) => base ** power)]],
	[
		"sign",
		[
			form(["int"], "int", (value: bigint) => (value > 0n ? 1n : value < 0n ? -1n : 0n)),
			form(["double"], "double", Math.sign),
		],
	],
	["isNaN", [form(["double"], "bool", Number.isNaN)]],
	["isFinite", [form(["double"], "bool", Number.isFinite)]],
]);

const methods: Overloads = new Map<string, readonly Overload[]>([
	["size", functions.get("size") ?? []],
	["contains", [form(["string", "string"], "bool", (text: string, part: string) => text.includes(part))]],
	["startsWith", [form(["string", "string"], "bool", (text: string, part: string) => text.startsWith(part))]],
	["endsWith", [form(["string", "string"], "bool", (text: string, part: string) => text.endsWith(part))]],
	["indexOf", [form(["string", "string"], "int", indexOf)]],
	["lowerAscii", [form(["string"], "string", (text: string) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase()))]],
	["upperAscii", [form(["string"], "string", (text: string) => text.replace(/[a-z]+/g, (part) => part.toUpperCase()))]],
	["trim", [form(["string"], "string", (text: string) => text.trim())]],
	[
		"substring",
		[
			form(["string", "int"], "string", (text: string, from: bigint) => slice(text, from, characters(text))),
			form(["string", "int", "int"], "string", slice),
		],
	],
	["getFullYear", [form(["timestamp"], "int", (at: bigint) => BigInt(date(at).getUTCFullYear()))]],
	["getMonth", [form(["timestamp"], "int", (at: bigint) => BigInt(date(at).getUTCMonth()))]],
	["getDate", [form(["timestamp"], "int", (at: bigint) => BigInt(date(at).getUTCDate()))]],
	["getDayOfMonth", [form(["timestamp"], "int", (at: bigint) => BigInt(date(at).getUTCDate() - 1))]],
	["getDayOfWeek", [form(["timestamp"], "int", (at: bigint) => BigInt(date(at).getUTCDay()))]],
	["getDayOfYear", [form(["timestamp"], "int", dayOfYear)]],
	[
		"getHours",
		[
			form(["timestamp"], "int", (at: bigint) => ofDay(at, 3600n * microsPerSecond, 24n)),
			form(["duration"], "int", (micros: bigint) => micros / (3600n * microsPerSecond)),
		],
	],
	[
		"getMinutes",
		[
			form(["timestamp"], "int", (at: bigint) => ofDay(at, 60n * microsPerSecond, 60n)),
			form(["duration"], "int", (micros: bigint) => micros / (60n * microsPerSecond)),
		],
	],
	[
		"getSeconds",
		[
			form(["timestamp"], "int", (at: bigint) => ofDay(at, microsPerSecond, 60n)),
			form(["duration"], "int", (micros: bigint) => micros / microsPerSecond),
		],
	],
	[
		"getMilliseconds",
		[
			form(["timestamp"], "int", (at: bigint) => ofDay(at, 1000n, 1000n)),
			form(["duration"], "int", (micros: bigint) => micros / 1000n),
		],
	],
]);

function indexOf(text: string, part: string): bigint {
	const at = text.indexOf(part);
	return at < 0 ? -1n : characters(text.slice(0, at));
}

function slice(text: string, from: bigint, to: bigint): string {
	const all = Array.from(text);
	if (from < 0n || to < from || to > BigInt(all.length)) {
		return failEvaluation(`substring(${from}, ${to}) leaves a string of ${all.length} characters.`);
	}
	return all.slice(Number(from), Number(to)).join("");
}

/** `name(a, b)`. */
export const callFunction = (node: ASTNode, name: string, operands: readonly Compiled[]): Compiled =>
	callOverload(node, name, functions, operands, [...functions.keys(), "has", "coalesce"]);

/** `receiver.name(a, b)`; the receiver is the first operand. */
export function callMethod(node: ASTNode, name: string, operands: readonly Compiled[]): Compiled {
	if (name === "matches") return matches(node, operands);
	const macros = ["matches", "map", "filter", "all", "exists", "exists_one"];
	return callOverload(node, name, methods, operands, [...methods.keys(), ...macros]);
}

/** `math.name(a, b)`. */
export function callMath(node: ASTNode, name: string, operands: readonly Compiled[]): Compiled {
	if (name === "greatest" || name === "least") return extreme(node, name, operands);
	return callOverload(node, `math.${name}`, mathFunctions, operands, [...mathFunctions.keys(), "greatest", "least"]);
}

function callOverload(
	node: ASTNode,
	name: string,
	table: Overloads,
	operands: readonly Compiled[],
	valid: readonly string[],
): Compiled {
	const bare = name.slice(name.lastIndexOf(".") + 1);
	const overloads = table.get(bare);
	if (overloads === undefined) {
		throw invalidAt(node, `There is no function "${name}"`, { name, nearest: nearestNames(bare, valid) });
	}
	for (const convert of [exactly, implicitly]) {
		for (const { parameters, result, apply } of overloads) {
			if (parameters.length !== operands.length) continue;
			const converted = operands.map((operand, i) => convert(operand, parameters[i] ?? { kind: "null" }));
			if (converted.every((operand) => operand !== undefined)) return strict(result, converted, apply);
		}
	}
	const given = operands.map((operand) => describeType(operand.type)).join(", ");
	const forms = overloads.map(({ parameters }) => `(${parameters.map(({ kind }) => kind).join(", ")})`).join(", ");
	throw invalidAt(node, `"${name}" takes ${forms}, not (${given})`, { name });
}

function exactly(operand: Compiled, to: ExpressionType): Compiled | undefined {
	const anyList = to.kind === "list" && operand.type.kind === "list";
	return anyList || sameExpressionType(operand.type, to) ? operand : undefined;
}

function implicitly(operand: Compiled, to: ExpressionType): Compiled | undefined {
	if (operand.type.kind === "json" && to.kind === "list")
		return coerce(operand, { kind: "list", element: { kind: "json" } });
	return exactly(operand, to) ?? coerce(operand, to);
}

const mostPatternCharacters = 500;

/** On RE2, whose time is linear in the text; the pattern is a literal, so that it is compiled once. */
function matches(node: ASTNode, operands: readonly Compiled[]): Compiled {
	const [text, pattern] = operands;
	const string: ExpressionType = { kind: "string" };
	const subject = text && coerce(text, string);
	if (subject === undefined || operands.length !== 2) throw invalidAt(node, '"matches" takes a string and a pattern');
	const literal = pattern?.literal;
	if (typeof literal !== "string") throw invalidAt(node, 'The pattern of "matches" must be a literal string');
	if (literal.length > mostPatternCharacters) {
		throw invalidAt(node, `A pattern has at most ${mostPatternCharacters} characters`);
	}
	let regex: RE2JS;
	try {
		regex = RE2JS.compile(literal);
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		throw invalidAt(node, `The pattern is not RE2 syntax: ${reason}`, {
			hint: "RE2 has no look-around and no back-references.",
		});
	}
	return strict({ kind: "bool" }, [subject], (value: string) => regex.test(value));
}

/** The greatest or least of several numbers; NaN where one is NaN. */
function extreme(node: ASTNode, name: "greatest" | "least", operands: readonly Compiled[]): Compiled {
	const int: ExpressionType = { kind: "int" };
	const double: ExpressionType = { kind: "double" };
	const type = operands.every((operand) => operand.type.kind === "int") ? int : double;
	const numbers = operands.map((operand) => coerce(operand, type)).filter((operand) => operand !== undefined);
	if (numbers.length === 0 || numbers.length < operands.length) throw invalidAt(node, `"math.${name}" takes numbers`);
	if (type === double) return strict(type, numbers, name === "greatest" ? Math.max : Math.min);
	const better = name === "greatest" ? (a: bigint, b: bigint) => a > b : (a: bigint, b: bigint) => a < b;
	return strict(type, numbers, (...values: bigint[]) =>
		values.reduce((best, value) => (better(value, best) ? value : best)),
	);
}
