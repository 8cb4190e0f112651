/** The rows of a training set into Parquet files, from which everything else is made: at once, or shard by shard. */
import type { ReadFacts } from "../../../core/ports/feature-join.ts";
import { shardAt } from "../../../core/training/shard-rows.ts";
import type { RunControls } from "../../runs/execute-run.ts";
import type { DrawRequest } from "./draw.ts";
import type { DrawCheckpoint } from "./draw-checkpoint.ts";
import { drawShards, factsOf, type ShardDeps } from "./draw-shards.ts";
import { partKey } from "./part-keys.ts";
import { type Progress, writeRows } from "./write-training-set.ts";

export interface DrawnRows {
	/** Of all rows, in their order, on this machine. */
	readonly files: readonly { readonly path: string; readonly rowCount: number }[];
	/** By read of the selection. */
	readonly facts: readonly ReadFacts[];
	/** Of a draw in shards. */
	readonly checkpoint: DrawCheckpoint | null;
}

const reportEveryMs = 500;

/** `begun`: what there is of the shards; null: the rows are drawn at once, to `path`. */
export async function drawRows(
	deps: ShardDeps,
	runId: string,
	drawing: DrawRequest,
	begun: DrawCheckpoint | null,
	path: string,
	{ checkpoint }: Pick<RunControls, "checkpoint">,
): Promise<DrawnRows> {
	const { rowCount } = drawing.labels;
	if (begun === null) {
		let facts: readonly ReadFacts[] = [];
		const onFacts = (seen: readonly ReadFacts[]): void => {
			facts = seen;
		};
		await writeRows(deps, { ...drawing, onFacts }, path, reporter(rowCount, checkpoint));
		return { files: [{ path, rowCount }], facts, checkpoint: null };
	}
	const done = await drawShards(deps, runId, drawing, begun, checkpoint);
	const files: { path: string; rowCount: number }[] = [];
	for (const index of done.shards.keys()) {
		const shardPath = await deps.blobs.localPath(partKey(runId, index, "PARQUET"));
		files.push({ path: shardPath, rowCount: shardAt(index, done.shardRows, rowCount).rowCount });
	}
	return { files, facts: factsOf(done), checkpoint: done };
}

/** Tells those who watch how far it is. */
function reporter(rowCount: number, checkpoint: RunControls["checkpoint"]): Progress {
	let reported = performance.now();
	return async (share) => {
		if (share < 1 && performance.now() - reported < reportEveryMs) return;
		reported = performance.now();
		const rows = BigInt(Math.floor(rowCount * share));
		// The last part is the file's move to where it is served from.
		await checkpoint({ progress: Math.min(0.99, share), rowsRead: rows, rowsWritten: rows, checkpoint: null });
	};
}
