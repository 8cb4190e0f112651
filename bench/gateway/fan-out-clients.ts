/** Many clients of one subscription, each on a WebSocket of its own. */
import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { now, type Order, report } from "./messages.ts";

const query = "subscription { reviewAdded { id body author { username } product { name inStock } } }";

process.on("message", (message: Order) => {
	if (message.order === "open") open(message.url, message.clients);
});
report({ report: "ready", url: "" });

function open(url: string, clients: number): void {
	let connected = 0;
	let received: number[] = [];
	for (let i = 0; i < clients; i++) {
		const client = createClient({
			url,
			webSocketImpl: WebSocket,
			lazy: false,
			on: {
				connected: () => {
					connected += 1;
					if (connected === clients) report({ report: "opened" });
				},
			},
		});
		client.subscribe<{ reviewAdded: { body: string } }>(
			{ query },
			{
				next({ data, errors }) {
					if (data == null) throw new Error(JSON.stringify(errors));
					received.push(now() - Number(data.reviewAdded.body));
					if (received.length < clients) return;
					report({ report: "received", millis: received });
					received = [];
				},
				error: (error) => {
					throw error instanceof Error ? error : new Error(JSON.stringify(error));
				},
				complete: () => undefined,
			},
		);
	}
}
