import type { Logger } from "../../core/ports/logger.ts";

export interface FollowedGraph {
	/** Somebody says that a subgraph changed: look soon. */
	changed(): void;
	/** Looks now. Logs a failure and tries again by itself; does not reject. */
	look(): Promise<void>;
	stop(): void;
}

export interface FollowGraphOptions {
	/** Composes what the subgraphs are now; rejects where one does not answer or they do not fit. */
	readonly refresh: () => Promise<void>;
	readonly logger: Logger;
	readonly timing?: Partial<typeof defaultTiming>;
}

const defaultTiming = {
	/** Between two looks while nobody says that anything changed. */
	pollMillis: 10_000,
	/** Between two looks that somebody asked for: subgraphs that disagree for a while cost no more than this. */
	leastMillis: 200,
	/** After the first look that failed; twice as long after each further one, up to `pollMillis`. */
	retryMillis: 200,
};

/**
 * Keeps the graph of a gateway at what its subgraphs are, wherever they are: it looks until they answer, when one is
 * said to have changed, and now and then, since who says so can be lost.
 */
export function followGraph({ refresh, logger, timing }: FollowGraphOptions): FollowedGraph {
	const { pollMillis, leastMillis, retryMillis } = { ...defaultTiming, ...timing };
	let failures = 0;
	let timer: NodeJS.Timeout | null = null;
	let due = Number.POSITIVE_INFINITY;
	let stopped = false;

	const lookIn = (millis: number): void => {
		const at = performance.now() + millis;
		if (stopped || at >= due) return;
		if (timer !== null) clearTimeout(timer);
		due = at;
		timer = setTimeout(() => void look(), millis);
	};
	const look = async (): Promise<void> => {
		due = Number.POSITIVE_INFINITY;
		try {
			await refresh();
			if (failures > 0) logger.info({ failures }, "The subgraphs answer");
			failures = 0;
		} catch (error) {
			failures += 1;
			logger.warn({ err: error, failures }, "The graph could not be composed; trying again");
		}
		lookIn(failures === 0 ? pollMillis : Math.min(pollMillis, retryMillis * 2 ** (failures - 1)));
	};
	return {
		changed: () => lookIn(leastMillis),
		look,
		stop() {
			stopped = true;
			if (timer !== null) clearTimeout(timer);
		},
	};
}
