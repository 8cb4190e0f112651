import type { ExecutionResult } from "graphql";
import type { Logger } from "../../core/ports/logger.ts";
import { type HttpSubgraphOptions, httpSubgraph } from "../../gateway/transport/http/http-subgraph.ts";
import type { HttpSubgraphMetrics } from "../../gateway/transport/http/metrics.ts";
import type { SubgraphPlace } from "../../schema/read-supergraph.ts";
import type { UserSubgraph } from "../configuration/user-subgraph.ts";
import { httpOptionsOf } from "../user-subgraphs/http-options.ts";
import type { ClosableSubgraph } from "./subgraph-connections.ts";

export interface StandaloneSubgraphOptions {
	readonly logger: Logger;
	readonly metrics: HttpSubgraphMetrics;
	/** What the configuration says of it; undefined: nothing. */
	readonly configured: UserSubgraph | undefined;
}

/** A subgraph where the supergraph says that it is, or the configuration, which knows more of it. */
export function standaloneSubgraph(
	{ name, url }: SubgraphPlace,
	{ logger, metrics, configured }: StandaloneSubgraphOptions,
): ClosableSubgraph {
	const shared = { sdl: async () => "", logger, metrics };
	if (configured !== undefined) return httpSubgraph({ ...shared, ...httpOptionsOf(configured) });
	return speakingEither({ ...shared, name, url });
}

/**
 * A supergraph does not say how its subgraphs speak of subscriptions. One is asked for server-sent events, and where none come
 * over a WebSocket; the way that worked is taken from then on.
 */
function speakingEither(options: HttpSubgraphOptions): ClosableSubgraph {
	const { url } = options;
	const bySse = httpSubgraph(options);
	const byWebSocket = httpSubgraph({ ...options, subscriptions: { protocol: "ws", url } });
	let known: ClosableSubgraph | null = null;
	return {
		name: bySse.name,
		sdl: () => bySse.sdl(),
		execute: (request) => bySse.execute(request),
		async subscribe(request) {
			if (known !== null) return known.subscribe(request);
			const first = await outcome(bySse.subscribe(request));
			if (first.streams) {
				known = bySse;
				return first.result;
			}
			const second = await outcome(byWebSocket.subscribe(request));
			if (second.streams) {
				known = byWebSocket;
				return second.result;
			}
			// Neither has begun: what the way says that is tried first is the nearest to the reason.
			return first.result();
		},
		async close() {
			await Promise.all([bySse.close(), byWebSocket.close()]);
		},
	};
}

type Events = AsyncIterableIterator<ExecutionResult>;

async function outcome(
	subscribing: Promise<Events | ExecutionResult>,
): Promise<
	| { readonly streams: true; readonly result: Events }
	| { readonly streams: false; readonly result: () => ExecutionResult }
> {
	try {
		const result = await subscribing;
		if (Symbol.asyncIterator in result) return { streams: true, result };
		return { streams: false, result: () => result };
	} catch (error) {
		return {
			streams: false,
			result: () => {
				throw error;
			},
		};
	}
}
