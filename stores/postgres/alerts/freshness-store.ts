import { inArray } from "drizzle-orm";
import type { FreshnessStore } from "../../../core/ports/freshness-store.ts";
import type { Database } from "../database.ts";
import { servedTimes } from "../tables/monitoring.ts";
import { formatTimestampText } from "../time-text.ts";
import { withoutWait } from "../without-wait.ts";

/** Lost with what it tells of, which is served once more then. */
const recordSql = `INSERT INTO featuregraph.served_times AS present (view_version_id, event_time, served_at)
	SELECT id, event_time, served_at
	FROM unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) AS given(id, event_time, served_at), (SELECT ${withoutWait}) AS unwaited
	ORDER BY id
	ON CONFLICT (view_version_id) DO UPDATE SET event_time = excluded.event_time, served_at = excluded.served_at
	WHERE present.event_time < excluded.event_time`;

export function postgresFreshnessStore({ drizzle, pool }: Database): FreshnessStore {
	return {
		async recordServed(served) {
			if (served.size === 0) return;
			// In the order of ids, so that two writers never wait for each other.
			const times = [...served.values()];
			await pool.query({
				name: "record_served",
				text: recordSql,
				values: [
					[...served.keys()],
					times.map(({ eventTime }) => formatTimestampText(eventTime)),
					times.map(({ servedAt }) => formatTimestampText(servedAt)),
				],
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
