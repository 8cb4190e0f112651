import fc from "fast-check";
import { parse } from "graphql";
import { afterAll, expect, test } from "vitest";
import { defaultLimits } from "../../../gateway/limits.ts";
import { Planner } from "../../../gateway/plan/planner.ts";
import { recordingLogger } from "../support/gateway.ts";
import { isRefusal } from "./agreement.ts";
import { difference } from "./compare.ts";
import { eventAt, eventCount } from "./data.ts";
import { executedGraph, inProcessExecutors } from "./executed.ts";
import { graphOf, type WorldGraph } from "./graph.ts";
import { startHttpServers } from "./http-servers.ts";
import { documentOf, queryArbitrary } from "./query-arbitrary.ts";
import { noFaults, type World } from "./world.ts";
import { subgraphNames, worldArbitrary } from "./world-arbitrary.ts";

const logger = recordingLogger([]);
const planner = new Planner(defaultLimits, logger);
const servers = await startHttpServers(subgraphNames, logger);
afterAll(async () => {
	await planner.close();
	await servers.close();
});

const seed = Number(process.env["FEATUREGRAPH_ORACLE_SEED"] ?? 5);
const timeout = 120_000;
const faults = { ...noFaults, nulls: 60, violations: 15, errors: 40, itemErrors: 10, delays: 2 };

/** With a subscription for each of its queries, in one subgraph. */
const followed = (world: World): World => ({
	...world,
	subscriptions: world.queries.map((field) => ({
		...field,
		name: field.name.replace("query", "event"),
		owners: field.owners.slice(0, 1),
	})),
});

test.each([
	["in process", 60, (graph: WorldGraph) => inProcessExecutors(graph, logger)],
	["over HTTP", 20, async (graph: WorldGraph) => servers.executors(graph)],
])("each event is the monolith's, %s", { timeout }, async (_, worlds, executors) => {
	let compared = 0;
	for (const world of fc.sample(worldArbitrary(faults), { seed, numRuns: worlds })) {
		const graph = graphOf(followed(world));
		const tested = await executedGraph(graph, planner, await executors(graph));
		for (const raw of fc.sample(queryArbitrary, { seed: world.seed, numRuns: 5 })) {
			const { text, variables } = documentOf(graph.monolith.schema, { ...raw, subscription: true });
			const document = parse(text, { noLocation: true });
			const events = await tested.follow(document, variables).catch((error: unknown) => {
				if (isRefusal(error)) return null;
				throw new Error(`seed ${seed}: ${text}`, { cause: error });
			});
			if (events === null) continue;
			expect(events).toHaveLength(eventCount);
			for (const [index, event] of events.entries()) {
				const expected = graph.monolith.execute(document, variables, eventAt(index));
				expect(difference(event, expected), `seed ${seed}, event ${index} of ${text}`).toBeNull();
				compared += 1;
			}
		}
		await tested.close();
	}
	expect(compared).toBeGreaterThan(worlds * 5 * eventCount * 0.8);
});
