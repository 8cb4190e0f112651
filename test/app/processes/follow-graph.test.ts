import { afterEach, describe, expect, it } from "vitest";
import { type FollowedGraph, followGraph } from "../../../app/processes/follow-graph.ts";
import { knownSdl } from "../../../app/processes/known-sdl.ts";
import { subgraphSdl } from "../../../schema/subgraph-sdl.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const never = 1e9;
let followed: FollowedGraph | undefined;
afterEach(() => followed?.stop());

describe("following the graph", () => {
	it("looks until the subgraphs answer, then when one is said to have changed", async () => {
		let looks = 0;
		followed = followGraph({
			refresh: async () => {
				looks += 1;
				if (looks < 4) throw new Error("not yet");
			},
			logger: silentLogger,
			timing: { pollMillis: never, leastMillis: 1, retryMillis: 1 },
		});
		await followed.look();
		await expect.poll(() => looks).toBe(4);
		for (let times = 0; times < 100; times++) followed.changed();
		await expect.poll(() => looks).toBe(5);
	});

	it("looks now and then, though nobody says anything", async () => {
		let looks = 0;
		const refresh = async (): Promise<void> => void (looks += 1);
		followed = followGraph({ refresh, logger: silentLogger, timing: { pollMillis: 1 } });
		await followed.look();
		await expect.poll(() => looks).toBeGreaterThan(3);
	});
});

describe("the SDL of a subgraph that is away", () => {
	it("is what it said last, or what this version knows; of serving that is nothing", async () => {
		let answer: string | null = null;
		const ask = async (): Promise<string> => answer ?? Promise.reject(new Error("away"));
		const models = knownSdl("models", ask, silentLogger);
		const serving = knownSdl("serving", ask, silentLogger);
		expect(await models()).toBe(subgraphSdl("models"));
		await expect(serving()).rejects.toThrow("away");
		answer = "type Query { later: Int }";
		expect([await models(), await serving()]).toEqual([answer, answer]);
		answer = null;
		expect([await models(), await serving()]).toEqual(["type Query { later: Int }", "type Query { later: Int }"]);
	});
});
