/** Arithmetic and three-valued logic against an interpreter that is too plain to be wrong. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { compileExpression } from "../../../core/expressions/compile-expression.ts";
import { EvaluationFailure } from "../../../core/expressions/expression-error.ts";
import { columnsOf, typeNamed } from "../../support/registry-snapshot.ts";

type Node =
	| { readonly op: "variable"; readonly name: string }
	| { readonly op: "literal"; readonly text: string; readonly value: bigint | number | boolean }
	| { readonly op: string; readonly parts: readonly Node[] };

type Result = bigint | number | boolean | null | "failed";

const request = columnsOf({ i: "int64", j: "int32", x: "float64", p: "bool", q: "bool" });

const row = fc.record({
	i: fc.option(
		fc.oneof(fc.bigInt({ min: -5n, max: 5n }), fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n)),
	),
	j: fc.option(fc.integer({ min: -3, max: 3 })),
	x: fc.option(fc.oneof(fc.double(), fc.constantFrom(0, -0, 1.5, 2 ** 53))),
	p: fc.option(fc.boolean()),
	q: fc.option(fc.boolean()),
});

const variable = (...names: string[]) => fc.constantFrom(...names).map((name): Node => ({ op: "variable", name }));
const intLiteral = fc.integer({ min: 0, max: 9 }).map((n): Node => ({ op: "literal", text: `${n}`, value: BigInt(n) }));
const doubleLiteral = fc
	.constantFrom(0, 0.5, 1, 2.25)
	.map((n): Node => ({ op: "literal", text: n.toFixed(2), value: n }));

const { number: numberNode, bool: boolNode } = fc.letrec<{ number: Node; bool: Node }>((tie) => ({
	number: fc.oneof(
		{ maxDepth: 4, withCrossShrink: true },
		variable("i", "j", "x"),
		intLiteral,
		doubleLiteral,
		fc
			.tuple(fc.constantFrom("+", "-", "*", "/"), tie("number"), tie("number"))
			.map(([op, ...parts]): Node => ({ op, parts })),
		tie("number").map((part): Node => ({ op: "negate", parts: [part] })),
		fc.tuple(tie("bool"), tie("number"), tie("number")).map((parts): Node => ({ op: "?:", parts })),
	),
	bool: fc.oneof(
		{ maxDepth: 4, withCrossShrink: true },
		variable("p", "q"),
		fc
			.tuple(fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("number"), tie("number"))
			.map(([op, ...parts]): Node => ({ op, parts })),
		fc.tuple(fc.constantFrom("&&", "||"), tie("bool"), tie("bool")).map(([op, ...parts]): Node => ({ op, parts })),
		tie("bool").map((part): Node => ({ op: "!", parts: [part] })),
		fc.tuple(tie("bool"), tie("bool"), tie("bool")).map((parts): Node => ({ op: "?:", parts })),
	),
}));

function write(node: Node): string {
	if ("name" in node) return `request.${node.name}`;
	if ("text" in node) return node.text;
	const parts = node.parts.map((part) => `(${write(part)})`);
	if (node.op === "?:") return `${parts[0]} ? ${parts[1]} : ${parts[2]}`;
	if (node.op === "!") return `!${parts[0]}`;
	if (node.op === "negate") return `-${parts[0]}`;
	return parts.join(` ${node.op} `);
}

/** Whether the expression is a double whatever its branches turn out to be: `true ? 1 : 0.5` is 1.0. */
function isDouble(node: Node): boolean {
	if ("name" in node) return node.name === "x";
	if ("text" in node) return typeof node.value === "number";
	if (node.op === "/") return true;
	return (node.op === "?:" ? node.parts.slice(1) : node.parts).some(isDouble);
}

function interpret(node: Node, values: Readonly<Record<string, Result>>): Result {
	const result = compute(node, values);
	if (typeof result !== "bigint") return result;
	if (isDouble(node)) return Number(result);
	return BigInt.asIntN(64, result) === result ? result : "failed";
}

function compute(node: Node, values: Readonly<Record<string, Result>>): Result {
	if ("name" in node) {
		const value = values[node.name] ?? null;
		return node.name === "j" && value !== null ? BigInt(value) : value;
	}
	if ("text" in node) return node.value;
	const [first, second, third] = node.parts as [Node, Node, Node];
	const a = interpret(first, values);
	if (a === "failed") return a;
	if (node.op === "?:") return interpret(a === true ? second : third, values);
	if (node.op === "!") return a === null ? null : !a;
	if (node.op === "negate") return a === null ? null : -(a as number);
	if (node.op === "&&" && a === false) return false;
	if (node.op === "||" && a === true) return true;
	const b = interpret(second, values);
	if (b === "failed") return b;
	if (node.op === "&&") return b === false ? false : a === null || b === null ? null : true;
	if (node.op === "||") return b === true ? true : a === null || b === null ? null : false;
	if (a === null || b === null) return null;
	const order = compareExactly(a as bigint | number, b as bigint | number);
	switch (node.op) {
		case "==":
			return order === 0;
		case "!=":
			return order !== 0;
		case "<":
			return order < 0;
		case "<=":
			return order <= 0;
		case ">":
			return order > 0;
		case ">=":
			return order >= 0;
		case "/":
			return Number(b) === 0 ? null : Number(a) / Number(b);
	}
	if (typeof a === "bigint" && typeof b === "bigint") return node.op === "+" ? a + b : node.op === "-" ? a - b : a * b;
	const [m, n] = [Number(a), Number(b)];
	return node.op === "+" ? m + n : node.op === "-" ? m - n : m * n;
}

/** NaN when one of them is: it is neither less nor equal nor greater. */
function compareExactly(a: bigint | number, b: bigint | number): number {
	if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
	if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
	return a < b ? -1 : a > b ? 1 : 0;
}

function evaluate(node: Node, type: string, values: Readonly<Record<string, unknown>>): unknown {
	const compiled = compileExpression(write(node), { request, views: [] }, typeNamed(type));
	const operands = compiled.references.map(({ name }) => (values[name] ?? null) as null);
	const result = compiled.evaluate(operands);
	return result instanceof EvaluationFailure ? "failed" : result;
}

it("agrees with a naive interpreter on numbers", () => {
	fc.assert(
		fc.property(numberNode, row, (node, values) => {
			const expected = interpret(node, values);
			const result = evaluate(node, isDouble(node) ? "float64" : "int64", values);
			expect(result).toEqual(expected);
		}),
		{ numRuns: 2000 },
	);
});

it("agrees with a naive interpreter on logic", () => {
	fc.assert(
		fc.property(boolNode, row, (node, values) => {
			expect(evaluate(node, "bool", values)).toEqual(interpret(node, values));
		}),
		{ numRuns: 2000 },
	);
});
