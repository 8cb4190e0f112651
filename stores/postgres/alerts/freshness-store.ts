import { inArray, sql } from "drizzle-orm";
import type { FreshnessStore } from "../../../core/ports/freshness-store.ts";
import type { Database } from "../database.ts";
import { servedTimes } from "../tables/monitoring.ts";

export function postgresFreshnessStore({ drizzle }: Database): FreshnessStore {
	return {
		async recordServed(served) {
			// In the order of ids, so that two writers never wait for each other.
			const rows = [...served].sort(([a], [b]) => a - b).map(([viewVersionId, time]) => ({ viewVersionId, ...time }));
			if (rows.length === 0) return;
			await drizzle
				.insert(servedTimes)
				.values(rows)
				.onConflictDoUpdate({
					target: servedTimes.viewVersionId,
					set: { eventTime: sql`excluded.event_time`, servedAt: sql`excluded.served_at` },
					setWhere: sql`${servedTimes.eventTime} < excluded.event_time`,
				});
		},
		async served(viewVersionIds) {
			if (viewVersionIds.length === 0) return new Map();
			const rows = await drizzle
				.select()
				.from(servedTimes)
				.where(inArray(servedTimes.viewVersionId, [...viewVersionIds]));
			return new Map(rows.map(({ viewVersionId, eventTime, servedAt }) => [viewVersionId, { eventTime, servedAt }]));
		},
	};
}
