import type { AlertStore } from "../core/ports/alert-store.ts";
import type { BlobStore } from "../core/ports/blob-store.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { IdempotencyStore } from "../core/ports/idempotency-store.ts";
import type { IncomingFiles } from "../core/ports/incoming-files.ts";
import type { OnlineStore } from "../core/ports/online-store.ts";
import type { UploadStore } from "../core/ports/upload-store.ts";
import { uploadKey } from "../services/training/uploads/upload-paths.ts";

export interface RetentionDeps {
	readonly alerts: AlertStore;
	readonly idempotency: IdempotencyStore;
	readonly uploads: UploadStore;
	readonly blobs: BlobStore;
	readonly incoming: Pick<IncomingFiles, "discard">;
	readonly online: Pick<OnlineStore, "sweep">;
	readonly clock: Clock;
}

const microsPerHour = 3_600_000_000n;
const keptHours = { idempotencyKeys: 24n, uploads: 24n, alertEvents: 24n * 30n } as const;
const batch = 1000;

/** Forgets what is past its time, in batches, so that no lock is held for long. */
export async function retention(deps: RetentionDeps, signal: AbortSignal): Promise<void> {
	const now = deps.clock.now();
	const before = (hours: bigint): bigint => now - hours * microsPerHour;
	const repeat = async (expire: () => Promise<number>): Promise<void> => {
		while (!signal.aborted && (await expire()) >= batch);
	};
	await repeat(() => deps.idempotency.expire(before(keptHours.idempotencyKeys), batch));
	await repeat(() => deps.alerts.expireEvents(before(keptHours.alertEvents), batch));
	await repeat(async () => {
		const ids = await deps.uploads.expire(before(keptHours.uploads), batch);
		for (const id of ids) {
			await deps.incoming.discard(id);
			await deps.blobs.remove(uploadKey(id));
		}
		return ids.length;
	});
	if (!signal.aborted) await deps.online.sweep();
}
