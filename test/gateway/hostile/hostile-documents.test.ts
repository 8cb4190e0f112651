import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessSubgraph } from "../../../gateway/transport/in-process.ts";
import { type Running, recordingLogger, startGateway } from "../support/gateway.ts";
import { type HostileDocument, hostileDocuments } from "./documents.ts";
import { slowness } from "./slowness.ts";
import { ages, beings } from "./subgraphs.ts";

/** The work that an answer may cost this process: of the runs the best one counts, so that a busy machine does not. */
const processorMillis = 50;
const runs = 5;
/** Where these were not enough: a busy machine. */
const mostRuns = 25;

let running: Running;
beforeAll(async () => {
	const logger = recordingLogger([]);
	running = await startGateway({
		subgraphs: [inProcessSubgraph("beings", () => beings, logger), inProcessSubgraph("ages", () => ages, logger)],
		limits: { cachedDocuments: 20, cachedPlans: 20, countedOperations: 20 },
	});
	for (let i = 0; i < 20; i++) await running.post(`{ served ${"person { name age } ".repeat(i)} }`);
});
afterAll(() => running.gateway.close());

let sent = 0;

interface Answer {
	readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

/** Never the same text twice: caches of documents do not help. */
async function post({ query, variables, json }: HostileDocument): Promise<string> {
	sent += 1;
	const document = JSON.stringify(`${query}\n#${sent}`);
	const response = await fetch(`${running.url}/graphql`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: `{"query": ${document}, "variables": ${json ?? JSON.stringify(variables ?? {})}}`,
	});
	return response.text();
}

describe("a hostile document", () => {
	it.each(hostileDocuments)("is answered at little cost: $what", async (document) => {
		let best = Number.POSITIVE_INFINITY;
		for (let run = 0; best > (run < runs ? processorMillis / 5 : processorMillis) && run < mostRuns; run++) {
			const begun = process.cpuUsage();
			const text = await post(document);
			const { user, system } = process.cpuUsage(begun);
			best = Math.min(best, (user + system) / 1000);
			const answer = JSON.parse(text) as Answer;
			expect(answer.errors?.[0]?.extensions.code ?? null).toBe(document.code);
			expect(answer).toHaveProperty(document.code === null ? "data" : "errors");
			if (document.code !== null) expect(answer).not.toHaveProperty("data");
			expect(text.length).toBeLessThan(200_000);
		}
		if (best > processorMillis) best /= slowness();
		expect(best).toBeLessThan(processorMillis);
	});

	it("changes nothing that others see", async () => {
		expect((await running.post("{ served }")).raw).toEqual({ data: { served: 1 } });
		expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
		expect(Object.keys(Object.prototype)).toEqual([]);
	});

	it("leaves nothing in memory", async () => {
		setFlagsFromString("--expose-gc");
		const collect = runInNewContext("gc") as () => void;
		const round = async (count: number) => {
			for (let i = 0; i < count; i++) for (const document of hostileDocuments) await post(document);
			collect();
			return process.memoryUsage().heapUsed;
		};
		const before = await round(2);
		const after = await round(2);
		expect((after - before) / 1024 ** 2).toBeLessThan(10);
	}, 120_000);
});
