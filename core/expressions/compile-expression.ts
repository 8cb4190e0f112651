/**
 * CEL for on-demand features and columns of pushed rows: CEL's grammar, compiled to closures with the semantics that a feature store needs.
 * SQL's three-valued logic, ints beside doubles, exact division (int / int is a double), null for a division by zero.
 * `x == null` and `has(view.feature)` test for null.
 */
import type { ASTNode } from "@marcbachmann/cel-js";
import { nearestNames } from "../errors/nearest.ts";
import { type Column, formatValueType, type ValueType } from "../values/type.ts";
import type { Value } from "../values/value.ts";
import { coerce, commonType } from "./coerce.ts";
import { type Compiled, type Compiler, constant, type Frame, strict } from "./compiled.ts";
import { EvaluationFailure, invalidAt } from "./expression-error.ts";
import {
	type Datum,
	describeType,
	type ExpressionType,
	expressionTypeOf,
	operandConverter,
} from "./expression-type.ts";
import { callFunction, callMath, callMethod } from "./functions.ts";
import { compileMacro, isMacro } from "./macros.ts";
import { binary, conditional, logical, negate, not } from "./operators.ts";
import { expressionLimits, parseExpression } from "./parse-expression.ts";
import { asDeclared, finisherOf } from "./result.ts";

/** What an expression may name: `request.column`, `view.feature` of each input view, `column` of a pushed row. */
export interface ExpressionDeclarations {
	readonly request: readonly Column[];
	readonly views: readonly { readonly name: string; readonly features: readonly Column[] }[];
	readonly columns?: readonly Column[];
}

/** One operand: `scope` is "request", the name of an input view, or "" for a column of a pushed row. */
export interface ExpressionReference {
	readonly scope: string;
	readonly name: string;
	readonly type: ValueType;
}

export interface CompiledExpression {
	readonly type: ValueType;
	/** What it reads, each once. */
	readonly references: readonly ExpressionReference[];
	/** The value for these operands, in the order of `references`. Null is NULL_VALUE; a failure is ERROR. */
	evaluate(operands: readonly Value[]): Value | EvaluationFailure;
}

export const requestScope = "request";
const rowScope = "";

/** Compiles `text` for a feature, or a column, of type `type`. Throws INVALID_EXPRESSION with the column and the nearest names. */
export function compileExpression(
	text: string,
	declarations: ExpressionDeclarations,
	type: ValueType,
): CompiledExpression {
	const compiler = new ExpressionCompiler(declarations);
	const root = parseExpression(text);
	const body = compiler.compile(root);
	const declared = asDeclared(body, type);
	if (declared === undefined) {
		const what = declarations.columns === undefined ? "feature" : "column";
		throw invalidAt(root, `The expression makes ${describeType(body.type)}, the ${what} is ${formatValueType(type)}`, {
			hint:
				body.type.kind === "double"
					? `Round it with int(…), or declare the ${what} as float64.`
					: `Convert it, or change the type of the ${what}.`,
		});
	}
	const { evaluate } = declared;
	const finish = finisherOf(type);
	const references = compiler.references;
	const convert = references.map((reference) => operandConverter(reference.type));
	// Evaluation is synchronous and does not call itself: one frame serves all of them.
	const frame: Frame = { slots: new Array<Datum>(references.length + compiler.variables).fill(null), steps: 0 };
	return {
		type,
		references,
		evaluate(operands) {
			frame.steps = 0;
			try {
				for (let i = 0; i < convert.length; i++) {
					const value = operands[i] ?? null;
					const toDatum = convert[i];
					frame.slots[i + compiler.variables] = toDatum == null ? value : toDatum(value);
				}
				return finish(evaluate(frame));
			} catch (error) {
				if (error instanceof EvaluationFailure) return error;
				throw error;
			}
		},
	};
}

interface Variable {
	readonly name: string;
	readonly type: ExpressionType;
	readonly slot: number;
}

class ExpressionCompiler implements Compiler {
	readonly references: ExpressionReference[] = [];
	/** Slots of macro variables: one per level of nesting, before the operands. */
	readonly variables = expressionLimits.nestedMacros;
	readonly #declarations: ExpressionDeclarations;
	readonly #scope: Variable[] = [];

	constructor(declarations: ExpressionDeclarations) {
		this.#declarations = declarations;
	}

	compile(node: ASTNode): Compiled {
		switch (node.op) {
			case "value":
				return literal(node, node.args);
			case "id":
				return this.#variable(node, node.args);
			case ".":
				return this.#member(node, node.args[0], node.args[1]);
			case "[]":
				return this.#index(node, node.args[0], node.args[1]);
			case "call":
				return this.#call(node, node.args[0], node.args[1]);
			case "rcall":
				return this.#method(node, node.args[0], node.args[1], node.args[2]);
			case "list":
				return this.#list(node, node.args);
			case "?:":
				return conditional(node, this, node.args);
			case "&&":
			case "||":
				return logical(node.op, this, node.args);
			case "!_":
				return not(node.args, this);
			case "-_":
				return negate(node, node.args, this);
			case "map":
			case ".?":
			case "[?]":
				throw invalidAt(node, "Maps and optional access are not part of these expressions");
			default:
				return binary(node, node.op, this, node.args);
		}
	}

	within(node: ASTNode, variable: string, type: ExpressionType, body: ASTNode): { slot: number; body: Compiled } {
		const slot = this.#scope.length;
		if (slot === this.variables) {
			throw invalidAt(node, `Macros may be nested ${this.variables} deep`);
		}
		this.#scope.push({ name: variable, type, slot });
		const compiled = this.compile(body);
		this.#scope.pop();
		return { slot, body: compiled };
	}

	#variable(node: ASTNode, name: string): Compiled {
		const variable = this.#scope.findLast((candidate) => candidate.name === name);
		if (variable !== undefined) {
			const { slot, type } = variable;
			return { type, evaluate: (frame) => frame.slots[slot] ?? null };
		}
		const column = this.#declarations.columns?.find((candidate) => candidate.name === name);
		if (column !== undefined) return this.#reference(rowScope, column);
		if (this.#columnsOf(name) !== undefined) {
			throw invalidAt(node, `"${name}" has several values`, { name, hint: `Name one of them: ${name}.column` });
		}
		throw this.#unknown(node, name);
	}

	#columnsOf(scope: string): readonly Column[] | undefined {
		if (scope === requestScope) return this.#declarations.request;
		return this.#declarations.views.find((view) => view.name === scope)?.features;
	}

	#isNamed(name: string): boolean {
		return (
			this.#columnsOf(name) !== undefined || this.#declarations.columns?.some((column) => column.name === name) === true
		);
	}

	#unknown(node: ASTNode, name: string): Error {
		const scopes = [
			...this.#scope.map((variable) => variable.name),
			...(this.#declarations.request.length > 0 ? [requestScope] : []),
			...this.#declarations.views.map((view) => view.name),
		];
		const members = [
			...this.#declarations.request.map((column) => `${requestScope}.${column.name}`),
			...this.#declarations.views.flatMap((view) => view.features.map((feature) => `${view.name}.${feature.name}`)),
		];
		const named = members.filter((member) => member.endsWith(`.${name}`));
		const { columns } = this.#declarations;
		if (columns !== undefined) {
			return invalidAt(node, `There is no column "${name}" here`, {
				name,
				nearest: nearestNames(name, [...scopes, ...columns.map((column) => column.name)]),
				hint: "The columns that are pushed stand under their own names.",
			});
		}
		return invalidAt(node, `There is no "${name}" here`, {
			name,
			nearest: named.length > 0 ? named.slice(0, 3) : nearestNames(name, scopes),
			hint: 'Request columns are written "request.column", features of inputs "view.feature".',
		});
	}

	#member(node: ASTNode, object: ASTNode, name: string): Compiled {
		const scope = this.#scopeNamed(object);
		if (scope !== undefined) return this.#operand(node, scope, name);
		const compiled = this.compile(object);
		if (compiled.type.kind !== "json") throw invalidAt(node, `${describeType(compiled.type)} has no member "${name}"`);
		return strict({ kind: "json" }, [compiled], (value: Datum) => memberOf(value, name));
	}

	/** The name of the request or of an input view, where `node` is one that no macro variable hides. */
	#scopeNamed(node: ASTNode): string | undefined {
		if (node.op !== "id") return undefined;
		const name = node.args;
		if (this.#scope.some((variable) => variable.name === name)) return undefined;
		return this.#columnsOf(name) === undefined ? undefined : name;
	}

	#operand(node: ASTNode, scope: string, name: string): Compiled {
		const columns = this.#columnsOf(scope) ?? [];
		const column = columns.find((candidate) => candidate.name === name);
		if (column === undefined) {
			const nearest = nearestNames(
				name,
				columns.map((candidate) => candidate.name),
			);
			const what = scope === requestScope ? "The request declares no column" : `The view "${scope}" has no feature`;
			throw invalidAt(node, `${what} "${name}"`, {
				name: `${scope}.${name}`,
				nearest: nearest.map((near) => `${scope}.${near}`),
			});
		}
		return this.#reference(scope, column);
	}

	#reference(scope: string, { name, type }: Column): Compiled {
		let index = this.references.findIndex((reference) => reference.scope === scope && reference.name === name);
		if (index < 0) index = this.references.push({ scope, name, type }) - 1;
		const slot = index + this.variables;
		return { type: expressionTypeOf(type), evaluate: (frame) => frame.slots[slot] ?? null };
	}

	#index(node: ASTNode, object: ASTNode, index: ASTNode): Compiled {
		const list = this.compile(object);
		const at = this.compile(index);
		if (list.type.kind === "json" && at.type.kind === "string") {
			return strict(list.type, [list, at], (value: Datum, name: string) => memberOf(value, name));
		}
		const position = coerce(at, { kind: "int" });
		if (position === undefined || (list.type.kind !== "list" && list.type.kind !== "json")) {
			throw invalidAt(node, `${describeType(list.type)} has no index of type ${describeType(at.type)}`);
		}
		const type: ExpressionType = list.type.kind === "list" ? list.type.element : list.type;
		return strict(type, [list, position], (value: Datum, i: bigint) =>
			Array.isArray(value) && i >= 0n && i < BigInt(value.length) ? (value as Datum[])[Number(i)] : null,
		);
	}

	#call(node: ASTNode, name: string, parts: readonly ASTNode[]): Compiled {
		if (name === "has") return this.#has(node, parts);
		const operands = parts.map((part) => this.compile(part));
		return name === "coalesce" ? coalesce(node, operands) : callFunction(node, name, operands);
	}

	#has(node: ASTNode, parts: readonly ASTNode[]): Compiled {
		const [part] = parts;
		if (part === undefined || parts.length > 1) throw invalidAt(node, '"has" takes one value, as in has(view.feature)');
		const { evaluate } = this.compile(part);
		return { type: { kind: "bool" }, evaluate: (frame) => evaluate(frame) !== null };
	}

	#method(node: ASTNode, name: string, receiver: ASTNode, parts: readonly ASTNode[]): Compiled {
		if (receiver.op === "id" && receiver.args === "math" && !this.#isNamed("math")) {
			return callMath(
				node,
				name,
				parts.map((part) => this.compile(part)),
			);
		}
		const object = this.compile(receiver);
		if (isMacro(name)) return compileMacro(node, name, object, parts, this);
		return callMethod(node, name, [object, ...parts.map((part) => this.compile(part))]);
	}

	#list(node: ASTNode, parts: readonly ASTNode[]): Compiled {
		const elements = parts.map((part) => this.compile(part));
		let element: ExpressionType = { kind: "null" };
		for (const { type } of elements) {
			const common = commonType(element, type);
			if (common === undefined) {
				throw invalidAt(node, `A list holds one type, here ${describeType(element)} and ${describeType(type)}`);
			}
			element = common;
		}
		const type: ExpressionType = { kind: "list", element };
		const converted = elements.map((each) => coerce(each, element) ?? each);
		if (converted.every((each) => each.literal !== undefined)) {
			return constant(
				type,
				converted.map((each) => each.literal),
			);
		}
		return { type, evaluate: (frame) => converted.map((each) => each.evaluate(frame)) };
	}
}

function literal(node: ASTNode, value: unknown): Compiled {
	switch (typeof value) {
		case "bigint":
			if (value >= 2n ** 63n) throw invalidAt(node, "An integer has at most 64 bits");
			return constant({ kind: "int" }, value);
		case "number":
			return constant({ kind: "double" }, value);
		case "string":
			return constant({ kind: "string" }, value);
		case "boolean":
			return constant({ kind: "bool" }, value);
		default:
			if (value === null) return constant({ kind: "null" }, null);
			if (value instanceof Uint8Array) return constant({ kind: "bytes" }, value);
			throw invalidAt(node, "There are no unsigned integers: leave the u away");
	}
}

/** The first of several values that is not null. */
function coalesce(node: ASTNode, operands: readonly Compiled[]): Compiled {
	let type: ExpressionType | undefined = { kind: "null" };
	for (const operand of operands) type = type && commonType(type, operand.type);
	const converted = operands.map((operand) => type && coerce(operand, type));
	if (type === undefined || operands.length === 0 || !converted.every((operand) => operand !== undefined)) {
		throw invalidAt(node, '"coalesce" takes values of one type');
	}
	return {
		type,
		evaluate: (frame) => {
			for (const { evaluate } of converted) {
				const value = evaluate(frame);
				if (value !== null) return value;
			}
			return null;
		},
	};
}

function memberOf(value: Datum, name: string): Datum {
	if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return null;
	return (value as Readonly<Record<string, Datum>>)[name] ?? null;
}
