/** What the parts of the compiler hand to each other. */
import type { ASTNode } from "@marcbachmann/cel-js";
import { failEvaluation } from "./expression-error.ts";
import type { Datum, ExpressionType } from "./expression-type.ts";
import { expressionLimits } from "./parse-expression.ts";

/** State of one evaluation: operands first, then the variables of macros. */
export interface Frame {
	readonly slots: Datum[];
	/** List elements visited so far. */
	steps: number;
}

/** Whatever goes through a list counts it here: nothing else ends an evaluation. */
export function countVisits(frame: Frame, elements: number): void {
	frame.steps += elements;
	if (frame.steps > expressionLimits.steps) {
		failEvaluation(`The expression visits more than ${expressionLimits.steps} list elements.`);
	}
}

export interface Compiled {
	readonly type: ExpressionType;
	/** Throws `EvaluationFailure`. */
	readonly evaluate: (frame: Frame) => Datum;
	/** The value of a literal; absent elsewhere. */
	readonly literal?: Datum;
}

export interface Compiler {
	compile(node: ASTNode): Compiled;
	/** Compiles `body` with one more variable in scope. */
	within(node: ASTNode, variable: string, type: ExpressionType, body: ASTNode): { slot: number; body: Compiled };
}

export const constant = (type: ExpressionType, value: Datum): Compiled => ({
	type,
	evaluate: () => value,
	literal: value,
});

/** What is gone through as a whole: each element of a list is a visit, and so is each KiB of a text or of bytes. */
export function counted({ type, evaluate }: Compiled): Compiled {
	const perVisit = type.kind === "list" ? 1 : 1024;
	return {
		type,
		evaluate: (frame) => {
			const value = evaluate(frame) as { readonly length: number } | null;
			if (value !== null) countVisits(frame, Math.floor(value.length / perVisit));
			return value;
		},
	};
}

const isLong = ({ type: { kind }, literal }: Compiled): boolean =>
	(kind === "string" || kind === "bytes") && literal === undefined;

/** A function of operands that are not null; null when one of them is. */
export function strict(
	type: ExpressionType,
	given: readonly Compiled[],
	apply: (...values: never[]) => Datum,
): Compiled {
	const call = apply as (...values: Datum[]) => Datum;
	const operands = given.map((operand) => (isLong(operand) ? counted(operand) : operand));
	const [a, b] = operands;
	if (operands.length === 1 && a !== undefined) {
		const x = a.evaluate;
		return {
			type,
			evaluate: (frame) => {
				const value = x(frame);
				return value === null ? null : call(value);
			},
		};
	}
	if (operands.length === 2 && a !== undefined && b !== undefined) {
		const x = a.evaluate;
		const y = b.evaluate;
		return {
			type,
			evaluate: (frame) => {
				const left = x(frame);
				const right = y(frame);
				return left === null || right === null ? null : call(left, right);
			},
		};
	}
	return {
		type,
		evaluate: (frame) => {
			const values = operands.map((operand) => operand.evaluate(frame));
			return values.includes(null) ? null : call(...values);
		},
	};
}
