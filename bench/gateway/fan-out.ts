import { setTimeout as wait } from "node:timers/promises";
import { start } from "./contender.ts";
import { median } from "./load.ts";
import { now } from "./messages.ts";

const clients = 1000;
const events = 30;

export interface FanOut {
	readonly eventsPerSecond: number;
	/** From publishing to the client: the median over clients, and the slowest client, each the median over events. */
	readonly medianMs: number;
	readonly lastMs: number;
}

/** One subscription to many clients: event after event, each once all clients have the one before. */
export async function fanOut(): Promise<FanOut> {
	const gateway = await start("ours.ts");
	const peers = await start("fan-out-clients.ts");
	try {
		await peers.ask({ order: "open", url: gateway.url.replace(/^http/, "ws"), clients }, "opened");
		// Connected is not subscribed: publish until the first event has come to all.
		const first = peers.ask({ order: "open", url: "", clients: 0 }, "received");
		let all = false;
		void first.then(() => {
			all = true;
		});
		while (!all) {
			gateway.tell({ order: "publish", body: String(now()) });
			await wait(2000);
		}
		await wait(500);
		const medians: number[] = [];
		const lasts: number[] = [];
		const began = now();
		for (let i = 0; i < events; i++) {
			const received = peers.ask({ order: "open", url: "", clients: 0 }, "received");
			gateway.tell({ order: "publish", body: String(now()) });
			const { millis } = await received;
			medians.push(median(millis));
			lasts.push(Math.max(...millis));
		}
		const seconds = (now() - began) / 1000;
		return { eventsPerSecond: (clients * events) / seconds, medianMs: median(medians), lastMs: median(lasts) };
	} finally {
		await Promise.all([gateway.stop(), peers.stop()]);
	}
}
