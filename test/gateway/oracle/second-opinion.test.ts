import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { type ExecutionResult, parse } from "graphql";
import { afterAll, expect, test } from "vitest";
import { defaultLimits } from "../../../gateway/limits.ts";
import { Planner } from "../../../gateway/plan/planner.ts";
import { recordingLogger } from "../support/gateway.ts";
import { isRefusal } from "./agreement.ts";
import { canonical } from "./data.ts";
import { executedGraph, inProcessExecutors } from "./executed.ts";
import { type GraphUnderTest, graphOf } from "./graph.ts";
import { documentOf, queryArbitrary } from "./query-arbitrary.ts";
import { stitchedGraph } from "./stitched.ts";
import { noFaults } from "./world.ts";
import { worldArbitrary } from "./world-arbitrary.ts";

const logger = recordingLogger([]);
const planner = new Planner(defaultLimits, logger);
afterAll(() => planner.close());

const seed = 5;
const worlds = 40;
const queriesPerWorld = 10;

/** What it answers; null where it fails or never ends, as stitching does on some. */
async function answerOf(
	graph: GraphUnderTest,
	text: string,
	variables: Record<string, unknown>,
): Promise<ExecutionResult | null> {
	const ended = new AbortController();
	const answer = graph.execute(parse(text, { noLocation: true }), variables).catch(() => null);
	const hung = sleep(2000, null, { signal: ended.signal }).catch(() => null);
	const first = await Promise.race([answer, hung]);
	ended.abort();
	return first;
}

test("stitching, which knows nothing of our planner and executor, mostly says the same", {
	timeout: 120_000,
}, async () => {
	let same = 0;
	let all = 0;
	for (const world of fc.sample(worldArbitrary({ ...noFaults, nulls: 60 }), { seed, numRuns: worlds })) {
		const graph = graphOf(world);
		const ours = await executedGraph(graph, planner, await inProcessExecutors(graph, logger));
		const stitched = stitchedGraph(graph);
		for (const raw of fc.sample(queryArbitrary, { seed: world.seed, numRuns: queriesPerWorld })) {
			const { text, variables } = documentOf(graph.monolith.schema, { ...raw, mutation: false });
			const document = parse(text, { noLocation: true });
			const answer = await ours.execute(document, variables).catch((error: unknown) => {
				if (isRefusal(error)) return null;
				throw error;
			});
			if (answer === null) continue;
			expect(answer.errors).toBeUndefined();
			all += 1;
			if (canonical((await answerOf(stitched, text, variables))?.data) === canonical(answer.data)) same += 1;
		}
		await ours.close();
	}
	expect(all).toBeGreaterThan(worlds * queriesPerWorld * 0.9);
	// It has faults of its own, with interface objects and fragments above all: where they differ, the monolith has the last word.
	expect(same / all).toBeGreaterThan(0.8);
});
