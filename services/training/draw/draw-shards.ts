/** The rows of a large training set, shard by shard: each is a file of its own, whole and recorded before the next is begun. */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type { ReadFacts } from "../../../core/ports/feature-join.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { LabelSpool } from "../../../core/ports/offline-engine.ts";
import type { Json, RunProgress } from "../../../core/ports/run-store.ts";
import { shardAt } from "../../../core/training/shard-rows.ts";
import type { DrawRequest } from "./draw.ts";
import type { DrawCheckpoint, FinishedShard } from "./draw-checkpoint.ts";
import { type DrawLimits, requireBytes } from "./draw-limits.ts";
import { partKey } from "./part-keys.ts";
import { fileSha256, shardCountOf } from "./shard-files.ts";
import { type WriteDeps, writeRows } from "./write-training-set.ts";

export interface ShardDeps extends WriteDeps {
	readonly spool: LabelSpool;
	readonly blobs: BlobStore;
	readonly logger: Logger;
	readonly scratchFolder: string;
	readonly drawLimits: DrawLimits;
}

const reportEveryMs = 500;

/** Draws the shards that `begun` lacks. `record` stores how far it came, and throws when the run is to end. */
export async function drawShards(
	deps: ShardDeps,
	runId: string,
	drawing: DrawRequest,
	begun: DrawCheckpoint,
	record: (progress: RunProgress) => Promise<void>,
): Promise<DrawCheckpoint> {
	const count = shardCountOf(begun);
	const shared = deps.join.share(drawing.labels);
	let done = begun;
	try {
		await record(progressOf(done, 0));
		for (let index = done.shards.length; index < count; index++) {
			const shard = await drawShard(deps, runId, { ...drawing, shared }, done, record);
			done = { ...done, shards: [...done.shards, shard] };
			await record(progressOf(done, 0));
			const { byteCount } = shard;
			deps.logger.info({ runId, shard: index, of: count, byteCount }, "A shard of a training set is drawn");
			requireBytes(deps.drawLimits, bytesOf(done));
		}
	} finally {
		await shared.close();
	}
	return done;
}

/** The next one, in its place among the blobs. */
async function drawShard(
	deps: ShardDeps,
	runId: string,
	drawing: DrawRequest,
	done: DrawCheckpoint,
	record: (progress: RunProgress) => Promise<void>,
): Promise<FinishedShard> {
	const index = done.shards.length;
	const { first, rowCount } = shardAt(index, done.shardRows, done.labels.rowCount);
	const path = join(deps.scratchFolder, `${runId}.${index}.parquet`);
	const labels = await deps.spool.slice(drawing.labels, first, rowCount, drawing.signal);
	try {
		let facts: readonly ReadFacts[] = [];
		const onFacts = (seen: readonly ReadFacts[]): void => {
			facts = seen;
		};
		let reported = performance.now();
		await writeRows(deps, { ...drawing, labels, onFacts }, path, async (share) => {
			if (performance.now() - reported < reportEveryMs) return;
			reported = performance.now();
			await record(progressOf(done, Math.floor(rowCount * share)));
		});
		const shard = { byteCount: (await stat(path)).size, sha256: await fileSha256(path), facts: facts.map(frozen) };
		drawing.signal.throwIfAborted();
		await deps.blobs.put(partKey(runId, index, "PARQUET"), path);
		return shard;
	} finally {
		await labels.close();
		await rm(path, { force: true });
	}
}

/** `more`: rows of the shard that is being drawn. What follows the rows, their hash and their files, is the rest. */
export function progressOf(done: DrawCheckpoint, more: number): RunProgress {
	const { rowCount } = done.labels;
	const rows = Math.min(rowCount, done.shards.length * done.shardRows + more);
	return {
		progress: Math.min(0.99, rows / rowCount),
		rowsRead: BigInt(rows),
		rowsWritten: BigInt(rows),
		checkpoint: done as unknown as Json,
	};
}

const bytesOf = ({ shards }: DrawCheckpoint): number => shards.reduce((sum, { byteCount }) => sum + byteCount, 0);

const frozen = ({ sameInstant, takenInLater }: ReadFacts): FinishedShard["facts"][number] => [
	String(sameInstant),
	takenInLater === null ? null : String(takenInLater),
];

/** What was seen of each read, of all shards. */
export function factsOf({ shards }: DrawCheckpoint): ReadFacts[] {
	const reads = shards[0]?.facts.length ?? 0;
	return Array.from({ length: reads }, (_, read) => {
		const seen = shards.map(({ facts }) => facts[read]);
		const later = seen.flatMap((facts) => facts?.[1] ?? []);
		return {
			sameInstant: sum(seen.map((facts) => facts?.[0] ?? "0")),
			takenInLater: later.length === 0 ? null : sum(later),
		};
	});
}

const sum = (counts: readonly string[]): bigint => counts.reduce((total, count) => total + BigInt(count), 0n);
