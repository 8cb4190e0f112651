import { expect, it } from "vitest";
import { EvaluationFailure } from "../../../core/expressions/expression-error.ts";
import { bindTransform, transformExpression } from "../../../core/expressions/transform-expression.ts";
import type { RowFunction } from "../../../core/ports/transforms.ts";
import type { Value } from "../../../core/values/value.ts";
import { columnsOf, onDemandView } from "../../support/registry-snapshot.ts";

/** The feature `out` of a view that this function makes. */
function made(request: Readonly<Record<string, string>>, type: string, by: RowFunction) {
	const view = onDemandView(1, "made", request, [], {});
	const [out] = columnsOf({ out: type });
	if (out === undefined) throw new Error("no column");
	const feature = { ...out, description: null, tags: [], classification: null, expression: null, graphql: {} };
	const version = { ...view, definition: { ...view.definition, features: [feature] } };
	bindTransform(version, by);
	return transformExpression(version, out);
}

it("gives a function values of its own: what it does to them, others do not read", () => {
	const types = { xs: "array<int64>", raw: "bytes", parts: "array<bytes>" };
	const expression = made(types, "array<int64>", ({ request }) => {
		const { xs, raw, parts } = request as { xs: bigint[]; raw: Uint8Array; parts: Uint8Array[] };
		raw.fill(9);
		parts[0]?.fill(9);
		xs.sort((a, b) => Number(a - b)).push(7n);
		return { out: xs };
	});
	const operands: readonly Value[] = [[3n, 1n], new Uint8Array([1, 2]), [new Uint8Array([5])]];
	expect(expression.evaluate(operands)).toEqual([1n, 3n, 7n]);
	expect(expression.evaluate(operands)).toEqual([1n, 3n, 7n]);
	expect(operands).toEqual([[3n, 1n], new Uint8Array([1, 2]), [new Uint8Array([5])]]);
});

it("takes what cannot be read of what a function made for a failure of that row", () => {
	const fail = (): never => {
		throw new Error("secret");
	};
	const failing = [
		{
			get out(): never {
				return fail();
			},
		},
		{ out: new Proxy([], { get: fail }) },
		new Proxy({}, { ownKeys: fail }),
	];
	for (const what of failing) {
		const result = made({ x: "int64" }, "array<int64>", () => what).evaluate([1n]);
		expect(result).toBeInstanceOf(EvaluationFailure);
		expect((result as EvaluationFailure).message).not.toContain("secret");
	}
});
