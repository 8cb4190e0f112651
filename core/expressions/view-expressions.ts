import { maxPackedBytes } from "../online/byte-writer.ts";
import type { OnDemandViewVersion } from "../registry/snapshot.ts";
import type { ScalarType } from "../values/type.ts";
import { isWithinBytes } from "../values/value-size.ts";
import { type CompiledExpression, compileExpression } from "./compile-expression.ts";
import { EvaluationFailure } from "./expression-error.ts";
import { transformExpression } from "./transform-expression.ts";

const compiledOf = new WeakMap<OnDemandViewVersion, Map<string, CompiledExpression>>();

/** The compiled expression of one feature of an on-demand view: compiled once per version, which never changes. */
export function viewExpression(view: OnDemandViewVersion, feature: string): CompiledExpression {
	let expressions = compiledOf.get(view);
	if (expressions === undefined) {
		expressions = new Map();
		compiledOf.set(view, expressions);
	}
	let compiled = expressions.get(feature);
	if (compiled === undefined) {
		compiled = bounded(compileFeature(view, feature));
		expressions.set(feature, compiled);
	}
	return compiled;
}

const sized: ReadonlySet<ScalarType> = new Set(["STRING", "BYTES", "JSON"]);

/** A short row may make a long value: one that no online store would keep is an error. */
function bounded(compiled: CompiledExpression): CompiledExpression {
	if (!sized.has(compiled.type.scalar)) return compiled;
	return {
		...compiled,
		evaluate(operands) {
			const value = compiled.evaluate(operands);
			if (value instanceof EvaluationFailure || isWithinBytes(value, maxPackedBytes)) return value;
			return new EvaluationFailure(`The value has more than ${maxPackedBytes} bytes.`);
		},
	};
}

function compileFeature(view: OnDemandViewVersion, name: string): CompiledExpression {
	const feature = view.definition.features.find((candidate) => candidate.name === name);
	if (feature !== undefined && feature.expression === null && view.definition.transform !== undefined) {
		return transformExpression(view, feature);
	}
	if (feature?.expression == null) throw new Error(`${view.definition.name}:${name} was stored without an expression.`);
	const declarations = {
		request: view.definition.inputs.request,
		views: view.inputs.map((input) => ({ name: input.definition.name, features: input.definition.features })),
	};
	return compileExpression(feature.expression, declarations, feature.type);
}
