import type { Logger } from "../../core/ports/logger.ts";
import type { TrustedDocuments } from "../admit/trusted-documents.ts";
import { type BuildOptions, buildGeneration, type Generation } from "./generation.ts";
import type { GraphDraft, GraphSource } from "./graph-source.ts";
import { type Lease, RunningGeneration } from "./running-generation.ts";
import { warm } from "./warm.ts";
import { warmTrusted } from "./warm-trusted.ts";

export interface GraphOptions extends BuildOptions {
	readonly logger: Logger;
	/** Are made ready on every generation before it serves. */
	readonly trustedDocuments?: TrustedDocuments | null;
}

/** The graph that is served, and the way to its next generation. */
export interface Graph {
	/** Null until the first refresh has succeeded. */
	current(): Generation | null;
	/**
	 * Holds the present generation for an operation that begins now; null before there is one. A subscription says how to
	 * end it, for when too many old generations are kept.
	 */
	lease(): Lease<Generation> | null;
	/**
	 * Reads what the graph is made of and, where it changed, composes it in a thread, builds the next generation, makes the
	 * operations ready there that are used most, and swaps it in at once. Resolves when what its source said at the call, or
	 * later, is served. Throws CompositionError or what the source threw; the running generation then stays.
	 */
	refresh(): Promise<void>;
	/** Generations that are served no more and end what began on them. */
	draining(): number;
}

export function createGraph(source: GraphSource, { logger, trustedDocuments = null, ...options }: GraphOptions): Graph {
	let current: RunningGeneration<Generation> | null = null;
	let running: Promise<void> | null = null;
	let next: Promise<void> | null = null;
	/** Oldest first. */
	const draining = new Set<RunningGeneration<Generation>>();

	const swap = async (): Promise<void> => {
		const draft = await source.read();
		if (current?.generation.hash === draft.hash) return draft.release?.();
		const began = performance.now();
		const before = current;
		const next = await build(draft);
		const warmed = before === null ? 0 : await warm(next, before.generation, options.limits);
		const broken =
			trustedDocuments === null ? [] : await warmTrusted(next, trustedDocuments.documents(), options.limits);
		if (broken.length > 0) logger.warn({ documents: broken.slice(0, 100) }, "Trusted documents do not fit the graph");
		const after = new RunningGeneration(next, () => {
			draining.delete(after);
			next.release();
			draft.release?.();
		});
		current = after;
		if (before !== null) {
			draining.add(before);
			before.retire();
		}
		const millis = Math.round(performance.now() - began);
		logger.info({ graph: draft.hash.slice(0, 12), millis, warmed }, "Serving a new generation of the graph");
		endOldest();
	};
	const build = async (draft: GraphDraft): Promise<Generation> => {
		try {
			return await buildGeneration(draft, await draft.compose(), options);
		} catch (error) {
			draft.release?.();
			throw error;
		}
	};
	const endOldest = (): void => {
		const surplus = [...draining].slice(0, Math.max(0, draining.size - options.limits.drainingGenerations));
		for (const old of surplus) {
			logger.warn({ graph: old.generation.hash.slice(0, 12), users: old.users }, "Ending what began long ago");
			old.endSubscriptions();
		}
	};
	const run = (): Promise<void> => {
		running = swap().finally(() => {
			running = null;
		});
		return running;
	};

	return {
		current: () => current?.generation ?? null,
		lease: () => current?.lease() ?? null,
		draining: () => draining.size,
		refresh() {
			if (running === null) return run();
			// One that runs may have read its source before the change: one more follows it, whoever asks meanwhile.
			next ??= running
				.catch(() => undefined)
				.then(() => {
					next = null;
					return run();
				});
			return next;
		},
	};
}
