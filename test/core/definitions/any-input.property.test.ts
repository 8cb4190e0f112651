import fc from "fast-check";
import { expect, it } from "vitest";
import { checkDefinitions, readFiles } from "../../../core/definitions/read-definitions.ts";
import { compileExpression } from "../../../core/expressions/compile-expression.ts";

const good = {
	project: "default",
	entities: { airport: { joinKeys: { airport: "string" }, graphql: { type: "Airport" }, owner: { name: "Ops" } } },
	sources: {
		trips: { push: {}, eventTime: "at", columns: { airport: "string", at: "timestamp", fare: "float64" } },
		daily: { from: "trips", query: "SELECT * FROM source", eventTime: "at", availableTime: { delay: "1h" } },
	},
	views: {
		fares: { entities: ["airport"], source: "trips", ttl: "7d", features: { fare: { type: "float64", tags: ["a"] } } },
		twice: {
			kind: "on-demand",
			inputs: { request: { n: "int64" }, views: ["fares"] },
			features: { double: { type: "float64", expression: "fares.fare * 2.0" } },
		},
	},
	services: {
		model: {
			features: ["fares:*", "there:double"],
			bindings: { there: { view: "twice", joinKeys: { airport: "destination" } } },
		},
	},
};

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
	if (typeof value !== "object" || value === null) return [path];
	return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

function replaced(value: unknown, [step, ...rest]: readonly string[], by: unknown): unknown {
	if (step === undefined) return by;
	const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<string, unknown>;
	copy[step] = replaced(copy[step], rest, by);
	return copy;
}

const check = (...contents: string[]) =>
	checkDefinitions(readFiles(contents.map((content, index) => ({ path: `${index}.yaml`, content }))), {
		project: "default",
		snapshot: null,
		checkExpression: compileExpression,
		transforms: new Map(),
		reservedTypeNames: new Set(),
	}).errors;

it("the definitions that are spoilt here are good", () => {
	expect(check(JSON.stringify(good))).toEqual([]);
});

it("whatever stands anywhere in a definition, it is taken or told at a place in the file", () => {
	fc.assert(
		fc.property(fc.constantFrom(...pathsOf(good)), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
			const text = JSON.stringify(replaced(good, path, value), null, 1);
			for (const { file, line = 0, column = 0, code, message } of check(text)) {
				expect(file).toBe("0.yaml");
				expect(line).toBeGreaterThan(0);
				expect(line).toBeLessThanOrEqual(text.split("\n").length);
				expect(column).toBeGreaterThan(0);
				expect(code).toMatch(/^[A-Z_]+$/);
				expect(message).not.toMatch(/undefined|\[object/);
			}
		}),
		{ numRuns: 500 },
	);
});

it("whatever a file holds, nothing else is thrown", () => {
	fc.assert(
		fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }), (contents) => {
			check(...contents);
		}),
		{ numRuns: 200 },
	);
});
