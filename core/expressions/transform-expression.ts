/** Features of on-demand views that a function of the operator's makes, in the shape of compiled expressions. */
import type { RowFunction } from "../ports/transforms.ts";
import type { OnDemandViewVersion } from "../registry/snapshot.ts";
import { parseJson } from "../values/parse-json.ts";
import type { Column } from "../values/type.ts";
import type { ScalarValue, Value } from "../values/value.ts";
import type { CompiledExpression, ExpressionReference } from "./compile-expression.ts";
import { EvaluationFailure, failEvaluation } from "./expression-error.ts";
import { transformOutput } from "./transform-output.ts";

const functions = new WeakMap<OnDemandViewVersion, RowFunction>();

/** Gives a version its function. One that has none fails row by row. */
export function bindTransform(view: OnDemandViewVersion, call: RowFunction): void {
	functions.set(view, call);
}

const requestScope = "request";

/** The function sees all request data and all features of the inputs: whatever it needs is read for it. */
export function transformExpression(view: OnDemandViewVersion, { name, type }: Column): CompiledExpression {
	const scopes = [
		{ scope: requestScope, columns: view.definition.inputs.request },
		...view.inputs.map(({ definition }) => ({ scope: definition.name, columns: definition.features })),
	];
	const references = scopes.flatMap(({ scope, columns }) =>
		columns.map((column): ExpressionReference => ({ scope, name: column.name, type: column.type })),
	);
	const outputs = new Set(view.definition.features.filter(({ expression }) => expression === null).map((f) => f.name));
	const output = transformOutput(type);
	const inputsOf = (operands: readonly Value[]) => {
		const inputs: Record<string, Record<string, unknown>> = Object.fromEntries(scopes.map(({ scope }) => [scope, {}]));
		for (const [i, reference] of references.entries()) {
			const into = inputs[reference.scope];
			if (into !== undefined) into[reference.name] = inputValue(operands[i] ?? null, reference);
		}
		return inputs;
	};
	return {
		type,
		references,
		evaluate(operands) {
			try {
				const call = functions.get(view) ?? failEvaluation("The function of the view is not loaded in this process.");
				const made = call(inputsOf(operands));
				return reading(() => output(memberOf(made, name, outputs)));
			} catch (error) {
				if (error instanceof EvaluationFailure) return error;
				throw error;
			}
		},
	};
}

/** A value of its own where it could be changed (a list that is sorted): others answer from the same one. */
function inputValue(value: Value, { type }: ExpressionReference): unknown {
	if (value === null) return null;
	if (type.isArray) return (value as readonly ScalarValue[]).map(ownBytes);
	return type.scalar === "JSON" ? parseJson(value as string) : ownBytes(value);
}

const ownBytes = (value: unknown): unknown => (value instanceof Uint8Array ? new Uint8Array(value) : value);

/** What a function made may be anything: a getter of it may fail, too. */
function reading<T>(read: () => T): T {
	try {
		return read();
	} catch (error) {
		if (error instanceof EvaluationFailure) throw error;
		return failEvaluation("What the function made cannot be read.");
	}
}

function memberOf(made: unknown, name: string, outputs: ReadonlySet<string>): unknown {
	if (typeof made !== "object" || made === null || Array.isArray(made)) {
		return failEvaluation("The function did not return an object of features.");
	}
	if ("then" in made) return failEvaluation("The function is asynchronous: it must return its features at once.");
	for (const key in made) {
		if (!outputs.has(key))
			return failEvaluation(`The function made "${key.slice(0, 100)}", which is none of its features.`);
	}
	return Object.hasOwn(made, name) ? (made as Readonly<Record<string, unknown>>)[name] : null;
}
