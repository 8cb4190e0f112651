import { expect, it } from "vitest";
import { bindTransform, transformExpression } from "../../../core/expressions/transform-expression.ts";
import type { RowFunction } from "../../../core/ports/transforms.ts";
import type { Value } from "../../../core/values/value.ts";
import { columnsOf, onDemandView } from "../../support/registry-snapshot.ts";

it("gives a function values of its own: what it does to them, others do not read", () => {
	const types = { xs: "array<int64>", raw: "bytes", parts: "array<bytes>" };
	const view = onDemandView(1, "sorted", types, [], {});
	const changing: RowFunction = ({ request }) => {
		const { xs, raw, parts } = request as { xs: bigint[]; raw: Uint8Array; parts: Uint8Array[] };
		raw.fill(9);
		parts[0]?.fill(9);
		xs.sort((a, b) => Number(a - b)).push(7n);
		return { out: xs };
	};
	const [out] = columnsOf({ out: "array<int64>" });
	if (out === undefined) throw new Error("no column");
	const made = { ...out, description: null, tags: [], classification: null, expression: null, graphql: {} };
	const version = { ...view, definition: { ...view.definition, features: [made] } };
	bindTransform(version, changing);
	const operands: readonly Value[] = [[3n, 1n], new Uint8Array([1, 2]), [new Uint8Array([5])]];
	const expression = transformExpression(version, out);
	expect(expression.evaluate(operands)).toEqual([1n, 3n, 7n]);
	expect(expression.evaluate(operands)).toEqual([1n, 3n, 7n]);
	expect(operands).toEqual([[3n, 1n], new Uint8Array([1, 2]), [new Uint8Array([5])]]);
});
