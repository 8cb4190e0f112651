import { type JsonClient, jsonClient } from "./json-client.ts";
import type { ServerProcess } from "./server-process.ts";
import { featureNames, pushQuery } from "./world.ts";

const perSecond = 100;

export type Latency = Readonly<Record<"p50Ms" | "p99Ms", number>>;

/** From sending one row until a reader has it, at a hundred pushes a second. */
export async function pushToReadable(server: ServerProcess, seconds: number): Promise<Latency> {
	const client = jsonClient(server.url);
	try {
		return await atRate(seconds, (count) => one(client, count));
	} finally {
		client.close();
	}
}

/** How long each of a hundred works a second takes, none waiting for another: at the 50th and 99th percentile. */
export async function atRate(seconds: number, work: (count: number) => Promise<void>): Promise<Latency> {
	const timed = async (count: number): Promise<number> => {
		const began = performance.now();
		await work(count);
		return performance.now() - began;
	};
	const times: Promise<number>[] = [];
	const begin = performance.now();
	for (let count = 0; count < perSecond * seconds; count++) {
		const due = begin + (count * 1000) / perSecond;
		const wait = due - performance.now();
		if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
		times.push(timed(count));
	}
	const sorted = (await Promise.all(times)).toSorted((a, b) => a - b);
	const at = (share: number): number =>
		Math.round((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 100) / 100;
	return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Any two of one run differ, so that a reader knows its own. */
let pushed = 0;

async function one(client: JsonClient, count: number): Promise<void> {
	const [first = ""] = featureNames(10);
	const item = 1_000_000 + count;
	const value = ++pushed;
	const row = {
		item: String(item),
		at: new Date().toISOString(),
		...Object.fromEntries(featureNames(10).map((name) => [name, value])),
	};
	const variables = { input: { into: { source: "source_10" }, rows: [row] } };
	const answer = await client.ask("/graphql", { query: pushQuery, variables });
	const { data } = answer as { data?: { push?: { accepted: number } } };
	if (data?.push?.accepted !== 1) throw new Error(JSON.stringify(answer).slice(0, 500));
	const request = { select: { features: [`stats_10:${first}`] }, entities: { item: [item] } };
	for (;;) {
		const { columns } = (await client.ask("/features", request)) as {
			columns: readonly { values: readonly unknown[] }[];
		};
		if (columns[0]?.values[0] === value) return;
	}
}
