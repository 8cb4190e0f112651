import fc from "fast-check";
import { type ExecutionResult, parse } from "graphql";
import { afterAll, expect, test } from "vitest";
import { defaultLimits } from "../../../gateway/limits.ts";
import { Planner } from "../../../gateway/plan/planner.ts";
import { recordingLogger } from "../support/gateway.ts";
import { isRefusal } from "./agreement.ts";
import { codeOf } from "./data.ts";
import { executedGraph, inProcessExecutors } from "./executed.ts";
import { graphOf } from "./graph.ts";
import type { MonolithResult } from "./monolith.ts";
import { partDifference } from "./part.ts";
import { documentOf, queryArbitrary } from "./query-arbitrary.ts";
import { keyFault } from "./subgraph-schema.ts";
import { noFaults, type OwnedField, type World } from "./world.ts";
import { worldArbitrary } from "./world-arbitrary.ts";

/** Faults of which it depends on the plan how much they take along: more may be missing, and nothing may be wrong. */

const logger = recordingLogger([]);
const planner = new Planner(defaultLimits, logger);
afterAll(() => planner.close());

const seed = Number(process.env["FEATUREGRAPH_ORACLE_SEED"] ?? 5);
const timeout = 120_000;

/** How many answers had errors. */
async function eachAnswer(
	worlds: fc.Arbitrary<World>,
	look: (answer: ExecutionResult, expected: MonolithResult) => string | null,
): Promise<number> {
	let failed = 0;
	for (const world of fc.sample(worlds, { seed, numRuns: 40 })) {
		const graph = graphOf(world);
		const tested = await executedGraph(graph, planner, await inProcessExecutors(graph, logger));
		for (const raw of fc.sample(queryArbitrary, { seed: world.seed, numRuns: 8 })) {
			const { text, variables } = documentOf(graph.monolith.schema, { ...raw, mutation: false });
			const document = parse(text, { noLocation: true });
			const answer = await tested.execute(document, variables).catch((error: unknown) => {
				if (isRefusal(error)) return null;
				throw error;
			});
			if (answer === null) continue;
			expect(look(answer, graph.monolith.execute(document, variables)), `seed ${seed}: ${text}`).toBeNull();
			if (answer.errors !== undefined) failed += 1;
		}
		await tested.close();
	}
	return failed;
}

const withFields = (world: World, change: (field: OwnedField) => OwnedField): World => ({
	...world,
	entities: world.entities.map((entity) => ({ ...entity, fields: entity.fields.map(change) })),
});

test("keys that a subgraph does not know", { timeout }, async () => {
	const worlds = worldArbitrary({ ...noFaults, nulls: 60, keyErrors: 150 });
	// What is computed from a field that did not come is another value, and not missing.
	const plain = worlds.map((world) => withFields(world, ({ requires: _, ...field }) => field));
	const codes = new Set([keyFault]);
	expect(await eachAnswer(plain, (answer, { result }) => partDifference(answer, result, codes))).toBeGreaterThan(15);
});

test("required fields that must not be null", { timeout }, async () => {
	const worlds = worldArbitrary({ ...noFaults, nulls: 60, errors: 40, violations: 30 }).map((world) => {
		const required = world.entities.flatMap(({ fields }) =>
			fields.flatMap(({ requires }) => requires?.split(" ") ?? []),
		);
		return withFields(world, (field) =>
			required.includes(field.name) && !field.type.endsWith("!") ? { ...field, type: `${field.type}!` } : field,
		);
	});
	const failed = await eachAnswer(worlds, (answer, { result, possible, required, computed }) => {
		const codes = new Set(["INTERNAL_SERVER_ERROR", ...possible.values(), ...[...required.values()].flat()]);
		for (const error of answer.errors ?? []) expect(codeOf(error)).not.toBe("REQUIRED_MISSING");
		return partDifference(answer, result, codes, computed);
	});
	expect(failed).toBeGreaterThan(15);
});
