import fc from "fast-check";
import { type DocumentNode, Kind, parse, type SelectionSetNode } from "graphql";
import { describe, expect, it } from "vitest";
import { type Complexity, measureComplexity } from "../../../gateway/admit/complexity.ts";

/** Writes every fragment out: exponential, and plainly right. */
function naive(document: DocumentNode): Complexity {
	const setOf = (name: string): SelectionSetNode => {
		const found = document.definitions.find((d) => d.kind === Kind.FRAGMENT_DEFINITION && d.name.value === name);
		if (found?.kind !== Kind.FRAGMENT_DEFINITION) throw new Error(name);
		return found.selectionSet;
	};
	const walk = (set: SelectionSetNode | undefined, depth: number): Complexity => {
		let result: Complexity = { depth, selections: 0 };
		for (const selection of set?.selections ?? []) {
			const inner =
				selection.kind === Kind.FRAGMENT_SPREAD
					? walk(setOf(selection.name.value), depth)
					: walk(selection.selectionSet, depth + (selection.kind === Kind.FIELD ? 1 : 0));
			result = { depth: Math.max(result.depth, inner.depth), selections: result.selections + 1 + inner.selections };
		}
		return result;
	};
	const operation = document.definitions.find((d) => d.kind === Kind.OPERATION_DEFINITION);
	return walk(operation?.selectionSet, 0);
}

/** Fragment i spreads later ones only, so that there is no cycle. */
const documents = fc
	.array(
		fc.array(fc.oneof(fc.constant("f"), fc.nat(6), fc.constant("o"), fc.constant("i")), { minLength: 1, maxLength: 4 }),
		{
			minLength: 1,
			maxLength: 6,
		},
	)
	.map((bodies) => {
		const body = (parts: readonly (string | number)[], at: number) =>
			parts
				.map((part) => {
					if (part === "o") return "o { f }";
					if (part === "i") return "... { f }";
					const to = typeof part === "number" ? at + 1 + part : bodies.length;
					return to < bodies.length ? `...F${to}` : "f";
				})
				.join(" ");
		const fragments = bodies.map((parts, i) => `fragment F${i} on T { ${body(parts, i)} }`);
		return `{ o { ...F0 } } ${fragments.join(" ")}`;
	});

describe("the complexity of a document", () => {
	it("is that of the document with its fragments written out", () => {
		fc.assert(
			fc.property(documents, (text) => {
				const document = parse(text);
				expect(measureComplexity(document)).toEqual(naive(document));
			}),
			{ numRuns: 300 },
		);
	});

	it("is measured in no time where writing out would never end", () => {
		const levels = 200;
		const text = Array.from({ length: levels }, (_, i) => `fragment F${i} on T { ...F${i + 1} ...F${i + 1} }`).join(
			" ",
		);
		const document = parse(`{ ...F0 } ${text} fragment F${levels} on T { f }`);
		expect(measureComplexity(document).selections).toBeGreaterThan(1e50);
	});

	it("is of the largest operation", () => {
		expect(measureComplexity(parse("query A { a } query B { a b { c } }"))).toEqual({ depth: 2, selections: 3 });
	});
});
