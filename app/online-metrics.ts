import { Counter, Gauge, type Registry } from "prom-client";
import type { CircuitState, OnlineObserver } from "../core/ports/online-observer.ts";
import type { OnlineUsage } from "../core/ports/online-store.ts";

const numbers: Readonly<Record<CircuitState, number>> = { closed: 0, "half-open": 1, open: 2 };

/** What is counted between serving and the online store. */
export function onlineMetrics(registry: Registry): OnlineObserver {
	const registers = [registry];
	const circuit = new Gauge({
		name: "featuregraph_online_circuit",
		help: "Whether the online store is asked: 0 it is, 1 one call tries, 2 it is left alone.",
		labelNames: ["kind"],
		aggregator: "max",
		registers,
	});
	const retries = new Counter({
		name: "featuregraph_online_retries_total",
		help: "Reads of the online store that failed at once and were tried again.",
		registers,
	});
	const cached = new Counter({
		name: "featuregraph_online_cache_keys_total",
		help: "Keys that were looked for in the cache of online values, by whether they were there; its hit rate.",
		labelNames: ["outcome"],
		registers,
	});
	const corrupt = new Counter({
		name: "featuregraph_online_corrupt_values_total",
		help: "Stored values that could not be decoded, and were served as ERROR.",
		registers,
	});
	const hits = cached.labels({ outcome: "hit" });
	const misses = cached.labels({ outcome: "miss" });
	return {
		circuit: (kind, state) => circuit.set({ kind }, numbers[state]),
		retried: () => retries.inc(),
		cacheUsed(hit, missed) {
			if (hit > 0) hits.inc(hit);
			if (missed > 0) misses.inc(missed);
		},
		cacheOpened(size) {
			for (const what of ["entries", "bytes"] as const) {
				new Gauge({
					name: `featuregraph_online_cache_${what}`,
					help: `What the cache of online values holds, in ${what}.`,
					registers,
					collect() {
						this.set(size()[what]);
					},
				});
			}
		},
		storeOpened(usage) {
			const latest = inTime(usage);
			for (const [what, help] of Object.entries(held) as [keyof OnlineUsage, string][]) {
				new Gauge({
					name: `featuregraph_online_store_${what}`,
					help,
					// All processes look at the same store.
					aggregator: "max",
					registers,
					async collect() {
						const known = await latest();
						if (known !== null) this.set(known[what]);
					},
				});
			}
		},
		corrupted: (count) => corrupt.inc(count),
	};
}

const held: Readonly<Record<keyof OnlineUsage, string>> = {
	entities: "Values that the online store holds, of all projects: one for each entity of a view version.",
	bytes: "What they take, of memory in Redis, of disk in LMDB; divided by the values, what one entity takes.",
};

/** Those who scrape do not wait for a store that is away. */
const usageDeadlineMs = 500;

/** What the store says, to all who ask at once; null where it does not in time. */
function inTime(usage: () => Promise<OnlineUsage>): () => Promise<OnlineUsage | null> {
	let asked: Promise<OnlineUsage | null> | null = null;
	async function ask(): Promise<OnlineUsage | null> {
		const late = Promise.withResolvers<null>();
		const timer = setTimeout(() => late.resolve(null), usageDeadlineMs);
		try {
			return await Promise.race([usage().catch(() => null), late.promise]);
		} finally {
			clearTimeout(timer);
			asked = null;
		}
	}
	return () => (asked ??= ask());
}
