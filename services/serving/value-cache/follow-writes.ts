import type { Bus } from "../../../core/ports/bus.ts";
import type { OnlineStore } from "../../../core/ports/online-store.ts";
import { nameOf } from "./cached-reads.ts";
import type { ValueCache } from "./value-cache.ts";

/**
 * Forgets what other processes write, as the bus tells of it; what this one writes is forgotten as it is written. While the bus is not connected nothing is fresh; nor is, once
 * it is back, what was there before. Returns how to stop.
 */
export async function followWrites(
	cache: ValueCache,
	bus: Pick<Bus, "subscribe" | "onConnection">,
): Promise<() => Promise<void>> {
	cache.trust(false);
	const stopValues = await bus.subscribe("values", ({ viewVersionId, keys }, isOwn) => {
		if (isOwn) return;
		if (keys.length === 0) cache.invalidateView(viewVersionId);
		else cache.invalidate(keys.map((key) => Buffer.from(key, "base64").toString("latin1")));
	});
	const stopConnection = bus.onConnection((connected) => cache.trust(connected));
	return async () => {
		stopConnection();
		await stopValues();
	};
}

/** The store for writers of this process, who read at once what they wrote: the bus takes its time. */
export function forgettingWrites(store: OnlineStore, cache: ValueCache): OnlineStore {
	return {
		...store,
		async write(writes) {
			try {
				return await store.write(writes);
			} finally {
				// After a failure it is not known what was written.
				cache.invalidate(writes.map(({ key }) => nameOf(key)));
			}
		},
		async writePacked(batch) {
			try {
				return await store.writePacked(batch);
			} finally {
				cache.invalidateView(batch.viewVersionId);
			}
		},
		async drop(prefix) {
			try {
				return await store.drop(prefix);
			} finally {
				cache.clear();
			}
		},
	};
}
