import { resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Registry } from "prom-client";
import type { Logger } from "../../core/ports/logger.ts";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import { type HttpSubgraph, httpSubgraph } from "../../gateway/transport/http/http-subgraph.ts";
import { createHttpSubgraphMetrics } from "../../gateway/transport/http/metrics.ts";
import type { UserSubgraph } from "../configuration/user-subgraph.ts";
import { httpOptionsOf } from "./http-options.ts";
import { keptSdl } from "./kept-sdl.ts";
import { type AskingTimes, askedSdl, askingTimes, sdlFile } from "./sdl-source.ts";
import { askServiceSdl } from "./service-sdl.ts";

/** A subgraph of somebody else, as the graph takes it in. */
export interface Candidate {
	readonly name: string;
	/** The newest SDL that is known; null: none yet. */
	latest(): string | null;
	/** The last SDL that composed with ours; null: none did. */
	accepted(): string | null;
	accept(sdl: string): void;
	/** It, held at this SDL. */
	at(sdl: string): SubgraphExecutor;
}

export interface UserSubgraphs {
	readonly candidates: readonly Candidate[];
	close(): Promise<void>;
}

export interface UserSubgraphsOptions {
	/** The data folder. */
	readonly home: string;
	readonly logger: Logger;
	readonly metrics: Registry;
	/** One of them has another SDL now. */
	readonly changed: () => void;
	readonly times?: AskingTimes;
}

/** How long a start waits for subgraphs of which nothing is known: ours are to serve without them. */
const firstLookMillis = 3_000;

/** Opens the subgraphs that are configured, and follows their SDL. */
export async function openUserSubgraphs(
	configured: readonly UserSubgraph[],
	options: UserSubgraphsOptions,
): Promise<UserSubgraphs> {
	const counted = createHttpSubgraphMetrics(options.metrics);
	const opened = await Promise.all(
		configured.map((subgraph) => {
			const logger = options.logger.child({ subgraph: subgraph.name });
			return openOne(subgraph, { ...options, logger }, (sdl) =>
				httpSubgraph({ ...httpOptionsOf(subgraph), sdl, logger: options.logger, metrics: counted }),
			);
		}),
	);
	return {
		candidates: opened.map(({ candidate }) => candidate),
		async close() {
			await Promise.all(opened.map(({ close }) => close()));
		},
	};
}

async function openOne(
	{ name, schema }: UserSubgraph,
	{ home, logger, changed, times = askingTimes }: UserSubgraphsOptions,
	open: (sdl: () => Promise<string>) => HttpSubgraph,
): Promise<{ readonly candidate: Candidate; close(): Promise<void> }> {
	const kept = keptSdl(home, name);
	let accepted = await kept.read();
	let latest = accepted;
	let started = false;
	const subgraph = open(async () => latest ?? "");
	const source =
		schema === null
			? askedSdl((signal) => askServiceSdl(subgraph, signal), logger, times)
			: sdlFile(resolve(schema), logger);
	const looked = source.start((sdl) => {
		if (sdl === latest) return;
		latest = sdl;
		if (started) changed();
	});
	if (latest === null) await Promise.race([looked, wait(firstLookMillis, undefined, { ref: false })]);
	else if (schema !== null) await looked;
	started = true;
	let writing = Promise.resolve();
	return {
		candidate: {
			name,
			latest: () => latest,
			accepted: () => accepted,
			accept(sdl) {
				if (sdl === accepted) return;
				accepted = sdl;
				writing = writing
					.then(() => kept.write(sdl))
					.catch((error: unknown) => logger.error({ err: error }, "The SDL of a subgraph could not be kept"));
			},
			at: (sdl) => subgraph.at(sdl),
		},
		async close() {
			source.stop();
			await subgraph.close();
			await writing;
		},
	};
}
