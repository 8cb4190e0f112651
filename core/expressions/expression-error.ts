import type { ASTNode } from "@marcbachmann/cel-js";
import { type ErrorDetails, FeaturegraphError } from "../errors/featuregraph-error.ts";

/** An expression that cannot be compiled. `start` counts characters from 0; the message has line and column from 1. */
export function invalidExpression(
	text: string,
	start: number,
	message: string,
	details: ErrorDetails = {},
): FeaturegraphError {
	const before = text.slice(0, start);
	const line = before.split("\n").length;
	const column = start - (before.lastIndexOf("\n") + 1) + 1;
	const place = text.includes("\n") ? `line ${line}, column ${column}` : `column ${column}`;
	return new FeaturegraphError("INVALID_EXPRESSION", `${message} (${place} of the expression)`, details);
}

export const invalidAt = (node: ASTNode, message: string, details: ErrorDetails = {}): FeaturegraphError =>
	invalidExpression(node.input, node.start, message, details);

/** One evaluation that has no result: the value's status is ERROR. */
export class EvaluationFailure extends Error {
	override readonly name = "EvaluationFailure";
}

export function failEvaluation(message: string): never {
	throw new EvaluationFailure(message);
}
