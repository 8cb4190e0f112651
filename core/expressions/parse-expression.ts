/** Text to syntax tree, within bounds: CEL's own grammar, none of its evaluation. */
import { type ASTNode, Environment, ParseError } from "@marcbachmann/cel-js";
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { invalidExpression } from "./expression-error.ts";

export const expressionLimits = {
	characters: 4096,
	nodes: 500,
	depth: 40,
	listElements: 200,
	/** Macros inside macros: each level multiplies the work. */
	nestedMacros: 2,
	/** List elements that macros and operators may visit in one evaluation. */
	steps: 100_000,
	/** Of a text, bytes or JSON that is made on the way: far more than any result may have. */
	bytes: 16 * 1024 ** 2,
} as const;

const grammar = new Environment({
	unlistedVariablesAreDyn: true,
	homogeneousAggregateLiterals: false,
	limits: {
		maxAstNodes: expressionLimits.nodes,
		maxDepth: expressionLimits.depth,
		maxListElements: expressionLimits.listElements,
		maxMapEntries: 0,
		maxCallArguments: 16,
	},
});

/** The syntax tree of an expression. Throws INVALID_EXPRESSION with line and column. */
export function parseExpression(text: string): ASTNode {
	if (text.length > expressionLimits.characters) {
		throw new FeaturegraphError(
			"INVALID_EXPRESSION",
			`The expression has ${text.length} characters; at most ${expressionLimits.characters} are taken.`,
		);
	}
	if (text.trim() === "") throw new FeaturegraphError("INVALID_EXPRESSION", "The expression is empty.");
	try {
		return grammar.parse(text).ast;
	} catch (error) {
		if (!(error instanceof ParseError)) throw error;
		throw invalidExpression(text, error.range?.start ?? 0, error.summary);
	}
}
