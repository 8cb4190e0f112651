import { eq, inArray, sql } from "drizzle-orm";
import type { WatermarkStore } from "../../../core/ports/watermark-store.ts";
import type { Database } from "../database.ts";
import { watermarks } from "../tables/runs.ts";

export function postgresWatermarkStore({ drizzle }: Database): WatermarkStore {
	return {
		async get(viewVersionId) {
			const [row] = await drizzle.select().from(watermarks).where(eq(watermarks.viewVersionId, viewVersionId));
			return row?.knownUntil ?? null;
		},
		async advance(viewVersionId, to) {
			await drizzle
				.insert(watermarks)
				.values({ viewVersionId, knownUntil: to })
				.onConflictDoUpdate({
					target: watermarks.viewVersionId,
					set: { knownUntil: sql`excluded.known_until`, updatedAt: sql`now()` },
					setWhere: sql`${watermarks.knownUntil} < excluded.known_until`,
				});
		},
		async forget(viewVersionIds) {
			if (viewVersionIds.length === 0) return;
			await drizzle.delete(watermarks).where(inArray(watermarks.viewVersionId, [...viewVersionIds]));
		},
	};
}
