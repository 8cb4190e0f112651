import fc from "fast-check";
import { type ExecutionResult, execute, getOperationAST, getVariableValues, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { conditionVariables } from "../../../../gateway/transport/compiled/compilable-document.ts";
import { queryCompiler } from "../../../../gateway/transport/compiled/compile.ts";
import { generatedOperation } from "./generated-document.ts";
import { generatedSchema, type Weather } from "./generated-schema.ts";
import { randomOf } from "./random.ts";

const calm: Weather = { faults: 0, nulls: 10, promises: 30, oddities: 0 };
const faulty: Weather = { faults: 8, nulls: 8, promises: 40, oddities: 0 };
const wild: Weather = { faults: 5, nulls: 5, promises: 40, oddities: 6 };

/** What a client sees, whatever the order in which errors were found. */
function seen({ data, errors = [] }: ExecutionResult): unknown {
	return JSON.parse(
		JSON.stringify({
			data,
			errors: errors
				.map(({ message, path, extensions, originalError }) => ({
					message,
					path,
					extensions,
					cause: originalError?.message,
				}))
				.map((error) => JSON.stringify(error))
				.toSorted(),
		}),
	);
}

interface Counted {
	answered: number;
	withErrors: number;
	valid: number;
}

async function compare(seed: number, weather: Weather, counted: Counted): Promise<void> {
	const random = randomOf(seed);
	const schema = generatedSchema(random, weather);
	const { text, variables } = generatedOperation(schema, random);
	const document = parse(text);
	if (validate(schema, document).length > 0) return;
	const operation = getOperationAST(document);
	const { coerced } = getVariableValues(schema, operation?.variableDefinitions ?? [], { ...variables });
	if (coerced === undefined) return;
	counted.valid += 1;
	const conditions = new Map(conditionVariables(document).map((name) => [name, coerced[name] === true]));
	const compiled = queryCompiler(schema)(document, null, conditions);
	const context = {};
	const result = await compiled?.({ rootValue: undefined, context, variables: coerced });
	if (result === undefined || result === null) return;
	counted.answered += 1;
	if (result.errors !== undefined) counted.withErrors += 1;
	const expected = await execute({ schema, document, variableValues: { ...variables }, contextValue: context });
	expect(seen(result), text).toEqual(seen(expected));
}

describe("compiled queries", () => {
	it.each([
		{ name: "in calm weather", weather: calm, least: 0.95, errors: 0 },
		{ name: "with faults", weather: faulty, least: 0.15, errors: 0.05 },
		{ name: "with promises and methods for properties, and types told late", weather: wild, least: 0.1, errors: 0.02 },
	])(
		"answer as graphql-js does, $name",
		async ({ weather, least, errors }) => {
			const counted = { valid: 0, answered: 0, withErrors: 0 };
			await fc.assert(
				fc.asyncProperty(fc.integer({ min: 0 }), (seed) => compare(seed, weather, counted)),
				{ numRuns: 200 },
			);
			// What was given back to graphql-js proves nothing.
			expect(counted.answered / counted.valid).toBeGreaterThan(least);
			expect(counted.withErrors / counted.valid).toBeGreaterThanOrEqual(errors);
			expect(counted.valid).toBeGreaterThan(100);
		},
		120_000,
	);
});
