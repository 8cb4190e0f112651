import { setTimeout } from "node:timers/promises";
import { and, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { IdempotencyStore } from "../../../core/ports/idempotency-store.ts";
import type { Json } from "../../../core/ports/run-store.ts";
import type { Database } from "../database.ts";
import { idempotencyKeys } from "../tables/idempotency.ts";
import { logPushes } from "../tables/offline-log.ts";

const microsPerSecond = 1_000_000n;
const keptMicros = 24n * 3600n * microsPerSecond;
/** A call that has not answered by then died, unless it says otherwise: the next one takes its key over. */
const longestClaimMicros = 60n * microsPerSecond;
const pollMs = 50;
const mostPolls = 600;

/** In an object, since a text that looks like a number would come back from the driver as one. */
interface Answered {
	readonly answer: Json;
}

/**
 * A key is claimed by a row without an answer; a second call waits for the answer. No connection is held meanwhile, so
 * that many calls at once cannot starve each other of them.
 */
export function postgresIdempotencyStore({ drizzle }: Database, clock: Clock): IdempotencyStore {
	return {
		async once({ project, mutation, principal }, given, make, claimMicros = longestClaimMicros) {
			const key = JSON.stringify([principal, given]);
			const of = and(
				eq(idempotencyKeys.project, project),
				eq(idempotencyKeys.mutation, mutation),
				eq(idempotencyKeys.key, key),
			);
			for (let polls = 0; polls < mostPolls; polls++) {
				const now = clock.now();
				const claimed = await drizzle
					.insert(idempotencyKeys)
					.values({ project, mutation, key, createdAt: now })
					.onConflictDoUpdate({
						target: [idempotencyKeys.project, idempotencyKeys.mutation, idempotencyKeys.key],
						set: { createdAt: now, payload: null },
						setWhere: sql`${lt(idempotencyKeys.createdAt, now - keptMicros)} OR (${isNull(idempotencyKeys.payload)} AND ${lt(idempotencyKeys.createdAt, now - claimMicros)})`,
					})
					.returning({ key: idempotencyKeys.key });
				if (claimed.length > 0) {
					try {
						const answer = await make();
						await drizzle
							.update(idempotencyKeys)
							.set({ payload: { answer } satisfies Answered })
							.where(of);
						return answer;
					} catch (error) {
						await drizzle.delete(idempotencyKeys).where(of);
						throw error;
					}
				}
				const [row] = await drizzle.select({ payload: idempotencyKeys.payload }).from(idempotencyKeys).where(of);
				if (row !== undefined && row.payload !== null) return (row.payload as Answered).answer;
				await setTimeout(pollMs);
			}
			throw new FeaturegraphError("CONFLICT", "A call with this idempotency key is still under way.", {
				name: given,
				hint: "Try again in a minute.",
			});
		},
		async expire(before, limit) {
			const old = drizzle
				.select({ at: sql`ctid` })
				.from(idempotencyKeys)
				.where(lt(idempotencyKeys.createdAt, before))
				.limit(limit);
			const gone = await drizzle
				.delete(idempotencyKeys)
				.where(inArray(sql`ctid`, old))
				.returning({ key: idempotencyKeys.key });
			const pushes = drizzle
				.select({ id: logPushes.id })
				.from(logPushes)
				.where(lt(logPushes.takenAt, before))
				.limit(limit);
			const forgotten = await drizzle
				.delete(logPushes)
				.where(inArray(logPushes.id, pushes))
				.returning({ id: logPushes.id });
			return Math.max(gone.length, forgotten.length);
		},
	};
}
