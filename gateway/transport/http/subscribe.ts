import { Pool } from "undici";
import type { HttpSubgraphLimits } from "./limits.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";
import { subscribeEventStream } from "./subscribe-event-stream.ts";
import { subscribeWebSocket } from "./subscribe-websocket.ts";
import type { Subscribed, SubscriptionRequest } from "./subscription.ts";

/** How a subgraph speaks of subscriptions: graphql-sse's distinct connections, or graphql-transport-ws. */
export interface SubscriptionProtocol {
	readonly protocol: "sse" | "ws";
	/** Where; http or https for both. */
	readonly url: string;
}

/** What is known of a subscription before it has a connection. */
export interface NewSubscription extends Omit<SubscriptionRequest, "released" | "limits" | "headers"> {
	/** Those of the operation. */
	readonly contextHeaders: readonly string[];
	/** Those that prove who asks, for this method and body. */
	readonly prove: (method: "POST" | "GET", path: string, body: string) => readonly (readonly [string, string])[];
}

export interface Subscriber {
	subscribe(subscription: NewSubscription): Promise<Subscribed>;
	close(): Promise<void>;
}

/** Follows the subscriptions of one subgraph, each on a connection of its own, apart from those of queries. */
export function createSubscriber({ protocol, url }: SubscriptionProtocol, limits: HttpSubgraphLimits): Subscriber {
	const { origin, pathname, search } = new URL(url);
	const path = pathname + search;
	const closing = new AbortController();
	const pool = new Pool(origin, {
		connections: limits.subscriptions,
		pipelining: 1,
		allowH2: false,
		connectTimeout: limits.connectMillis,
		headersTimeout: 0,
		bodyTimeout: 0,
	});
	let open = 0;
	return {
		async subscribe({ contextHeaders, prove, ...subscription }) {
			if (open >= limits.subscriptions) throw new SubgraphFailure("full", `${open} subscriptions are open`);
			open += 1;
			const signal = AbortSignal.any([subscription.signal, closing.signal]);
			const common = { ...subscription, signal, limits, released: () => void (open -= 1) };
			if (protocol === "sse") {
				const proof = prove("POST", path, subscription.body).flat();
				const headers = ["content-type", "application/json", ...contextHeaders, ...proof];
				return subscribeEventStream(pool, path, { ...common, headers });
			}
			const payload = Object.fromEntries(prove("GET", path, ""));
			const webSocketUrl = url.replace(/^http/, "ws");
			return subscribeWebSocket(webSocketUrl, { ...common, headers: [...contextHeaders], payload });
		},
		async close() {
			closing.abort();
			await pool.destroy();
		},
	};
}
