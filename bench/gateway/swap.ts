import { setTimeout as wait } from "node:timers/promises";
import { start } from "./contender.ts";
import { type Load, load } from "./load.ts";
import { queries } from "./queries.ts";

const perSecond = 500;
const seconds = 6;
const swaps = 4;

/** Requests at a steady rate, in quiet, and while the graph is swapped under them. */
export async function swap(): Promise<{ readonly quiet: Load; readonly swapping: Load }> {
	const gateway = await start("ours.ts");
	try {
		const steady = { seconds, connections: 16, perSecond };
		await load(gateway.url, queries.small, steady);
		const quiet = await load(gateway.url, queries.small, steady);
		const running = load(gateway.url, queries.small, steady);
		for (let i = 0; i < swaps; i++) {
			await wait((seconds * 1000) / (swaps + 1));
			await gateway.ask({ order: "swap" }, "swapped");
		}
		return { quiet, swapping: await running };
	} finally {
		await gateway.stop();
	}
}
