/**
 * Pushes rows to a server, and reads each until it has it: a process of its own, whose garbage is that of its requests alone.
 * Argument: the URL of the server. Pushes as fast as some clients can first, since a server that has run for a while has nothing
 * left to be compiled on processors that it needs; then says "ready". Each message, `Pushing`, is answered with a `Latency`.
 */
import { lowerBackgroundThreads } from "../../app/background-threads.ts";
import { silentLogger } from "../../test/support/silent-logger.ts";
import { atRate, perSecond } from "./at-rate.ts";
import { jsonClient } from "./json-client.ts";
import { featureNames, pushQuery } from "./world.ts";

/** By the mutation, or by the route for clients that push much. */
export type PushWay = "graphql" | "push";
export interface Pushing {
	readonly way: PushWay;
	readonly seconds: number;
}

/** Together, then one after the other: either way goes through other functions. After a third of it, V8 still compiled twice a second. */
const warmUps = [
	{ count: 50_000, clients: 8 },
	{ count: 10_000, clients: 1 },
];

const [url = ""] = process.argv.slice(2);
const client = jsonClient(url);
const names = featureNames(10);
/** Any two differ, so that a reader knows its own. */
let pushed = 0;

const input = (row: object): object => ({ into: { source: "source_10" }, rows: [row] });
const push: Readonly<Record<PushWay, (row: object) => Promise<number | undefined>>> = {
	async graphql(row) {
		const answer = await client.ask("/graphql", { query: pushQuery, variables: { input: input(row) } });
		return (answer as { data?: { push?: { accepted: number } } }).data?.push?.accepted;
	},
	async push(row) {
		return ((await client.ask("/push", input(row))) as { accepted?: number }).accepted;
	},
};

async function pushAndRead(way: PushWay, count: number): Promise<void> {
	const item = 1_000_000 + count;
	const value = ++pushed;
	const row = {
		item: String(item),
		at: new Date().toISOString(),
		...Object.fromEntries(names.map((name) => [name, value])),
	};
	if ((await push[way](row)) !== 1) throw new Error("A push was not accepted.");
	const request = { select: { features: [`stats_10:${names[0]}`] }, entities: { item: [item] } };
	for (;;) {
		const { columns } = (await client.ask("/features", request)) as {
			columns: readonly { values: readonly unknown[] }[];
		};
		if (columns[0]?.values[0] === value) return;
	}
}

async function warmUp({ count, clients }: (typeof warmUps)[number]): Promise<void> {
	let next = 0;
	const work = async (): Promise<void> => {
		while (next < count) await pushAndRead(next % 2 === 0 ? "graphql" : "push", next++ % perSecond);
	};
	await Promise.all(Array.from({ length: clients }, work));
}

process.on("message", ({ way, seconds }: Pushing) => {
	void atRate(seconds, (count) => pushAndRead(way, count)).then((latency) => process.send?.(latency));
});
process.once("disconnect", () => process.exit());
// Clients elsewhere would not take the processors that the server needs.
lowerBackgroundThreads(silentLogger);
for (const each of warmUps) await warmUp(each);
process.send?.("ready");
