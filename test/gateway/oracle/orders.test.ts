import fc from "fast-check";
import { type ExecutionResult, parse } from "graphql";
import { afterAll, expect, test } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { SubgraphExecutor } from "../../../core/ports/subgraph.ts";
import { defaultLimits } from "../../../gateway/limits.ts";
import { Planner } from "../../../gateway/plan/planner.ts";
import { recordingLogger } from "../support/gateway.ts";
import { isRefusal } from "./agreement.ts";
import { difference } from "./compare.ts";
import { executedGraph, inProcessExecutors } from "./executed.ts";
import { type GraphUnderTest, graphOf, type WorldGraph } from "./graph.ts";
import { nullOf, partDifference } from "./part.ts";
import { documentOf, type GeneratedQuery, queryArbitrary } from "./query-arbitrary.ts";
import { nextChoices, Turns } from "./turns.ts";
import { noFaults } from "./world.ts";
import { worldArbitrary } from "./world-arbitrary.ts";

const logger = recordingLogger([]);
const planner = new Planner(defaultLimits, logger);
afterAll(() => planner.close());

const seed = Number(process.env["FEATUREGRAPH_ORACLE_SEED"] ?? 5);
const timeout = 120_000;
const worlds = 15;
const queriesPerWorld = 8;
const mostOrders = 12;

/** Generated operations on generated worlds; what the planner gives up on is passed over. */
async function eachQuery(
	faults: typeof noFaults,
	around: (executor: SubgraphExecutor) => SubgraphExecutor,
	look: (graph: WorldGraph, tested: GraphUnderTest, query: GeneratedQuery) => Promise<void>,
): Promise<void> {
	for (const world of fc.sample(worldArbitrary(faults), { seed, numRuns: worlds })) {
		const graph = graphOf(world);
		const tested = await executedGraph(graph, planner, (await inProcessExecutors(graph, logger)).map(around));
		for (const raw of fc.sample(queryArbitrary, { seed: world.seed, numRuns: queriesPerWorld })) {
			const query = documentOf(graph.monolith.schema, raw);
			await look(graph, tested, query).catch((error: unknown) => {
				if (!isRefusal(error)) throw new Error(`seed ${seed}: ${query.text}\n${String(error)}`, { cause: error });
			});
		}
		await tested.close();
	}
}

test("in whatever order subgraphs answer, the answer is the same", { timeout }, async () => {
	const turns = new Turns();
	let orders = 0;
	let choosing = 0;
	const faults = { ...noFaults, nulls: 60, violations: 15, errors: 40, itemErrors: 10 };
	await eachQuery(
		faults,
		(executor) => turns.around(executor),
		async (graph, tested, { text, variables }) => {
			const document = parse(text, { noLocation: true });
			const expected = graph.monolith.execute(document, variables);
			let first: string | undefined;
			let choices: readonly number[] | null = [];
			for (let order = 0; choices !== null && order < mostOrders; order += 1) {
				const answering = tested.execute(document, variables);
				const options: number[] = await turns.until(answering, choices);
				const answer: ExecutionResult = await answering;
				expect(difference(answer, expected)).toBeNull();
				// Of errors that null the same position it may be another that is told, each of them explained above; that position
				// is told of in every order.
				const nulls = (answer.errors ?? []).map(({ path = [] }) => JSON.stringify(nullOf(answer.data, path)));
				const told = JSON.stringify([answer.data, [...new Set(nulls)].sort()]);
				first ??= told;
				expect(told).toBe(first);
				orders += 1;
				if (options.some((count) => count > 1)) choosing += 1;
				choices = nextChoices(choices, options);
			}
		},
	);
	expect(orders).toBeGreaterThan(worlds * queriesPerWorld);
	expect(choosing).toBeGreaterThan(50);
});

test("a deadline that one subgraph does not keep leaves what the others have answered", { timeout }, async () => {
	let hung: string | null = null;
	let hanging = 0;
	const around = (executor: SubgraphExecutor): SubgraphExecutor => ({
		...executor,
		execute: async (request) => {
			if (executor.name !== hung) return executor.execute(request);
			hanging += 1;
			const { signal } = request.context;
			return new Promise((_, reject) => {
				const leave = () => reject(signal.reason as Error);
				if (signal.aborted) leave();
				else signal.addEventListener("abort", leave);
			});
		},
	});
	const codes = new Set(["DEADLINE_EXCEEDED"]);
	let kept = 0;
	let cut = 0;
	// What is computed from a field that did not come is another value, and not missing.
	await eachQuery({ ...noFaults, nulls: 60 }, around, async (graph, tested, { text, variables }) => {
		const isComputed = graph.world.entities.some(({ fields }) => fields.some(({ requires }) => requires !== undefined));
		if (isComputed) return;
		const document = parse(text, { noLocation: true });
		const whole = graph.monolith.execute(document, variables).result;
		for (const { name } of graph.subgraphs) {
			hung = name;
			hanging = 0;
			const over = new AbortController();
			const answering = tested.execute(document, variables, over.signal);
			let ended = false;
			const end = (): void => {
				ended = true;
			};
			answering.then(end, end);
			while (!ended) {
				for (let settled = 0; settled < 8; settled += 1) await new Promise((resolve) => void setImmediate(resolve));
				if (hanging > 0) over.abort(new FeaturegraphError("DEADLINE_EXCEEDED", "The operation took too long."));
			}
			const answer = await answering;
			expect(partDifference(answer, whole, codes)).toBeNull();
			for (const error of answer.errors ?? []) expect(error.extensions["code"]).toBe("DEADLINE_EXCEEDED");
			if (answer.errors === undefined) kept += 1;
			else cut += 1;
		}
		hung = null;
	});
	expect(kept).toBeGreaterThan(20);
	expect(cut).toBeGreaterThan(20);
});
