import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import type { CheckContext, CheckExpression } from "./check-context.ts";
import type { DefinitionError } from "./definition-error.ts";
import { expressionError } from "./expression-place.ts";
import type { SourceDefinition } from "./model.ts";

/** Computed columns of push sources: each an expression over the columns that are pushed. */
export function checkExpressions(context: CheckContext, checkExpression: CheckExpression): void {
	for (const source of context.definitions.sources) checkSource(context, source, checkExpression);
}

function checkSource(
	{ entries, errors }: CheckContext,
	{ name: source, origin, columns, expressions = {} }: SourceDefinition,
	checkExpression: CheckExpression,
): void {
	const entry = entries.sources.get(source);
	if (entry === undefined || columns === null) return;
	for (const { name, type } of columns) {
		if (!Object.hasOwn(expressions, name)) continue;
		const place = entry.placeOf(["columns", name, "expression"]);
		const refuse = (error: Pick<DefinitionError, "code" | "message" | "hint">): void => {
			errors.push({ ...error, name, nearest: [], ...place });
		};
		if (origin.kind !== "push") {
			refuse({
				code: "UNSUPPORTED",
				message: `The source "${source}" cannot compute "${name}": its rows are not pushed.`,
				hint: "Make the column in a `query`; columns are computed as rows of a push source come in.",
			});
			continue;
		}
		try {
			const { references } = checkExpression(expressions[name] ?? "", { request: [], views: [], columns }, type);
			const computed = references.find((reference) => Object.hasOwn(expressions, reference.name));
			if (computed === undefined) continue;
			refuse({
				code: "INVALID_EXPRESSION",
				message: `The expression of "${name}" reads "${computed.name}", which is computed itself.`,
				hint: "Write it over the columns that are pushed.",
			});
		} catch (error) {
			if (!(error instanceof FeaturegraphError)) throw error;
			errors.push(expressionError(error, place));
		}
	}
}
