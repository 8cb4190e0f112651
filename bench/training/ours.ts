/** What a training-set job does between its label file and its result: labels taken in, joined, written, hashed. */
import { rm } from "node:fs/promises";
import type { Pool } from "pg";
import { defaultLimits } from "../../core/limits.ts";
import type { EngineChoice } from "../../core/offline/place-scan.ts";
import type { FeatureJoin, JoinOutput, JoinRequest } from "../../core/ports/feature-join.ts";
import type { FrameFiles, LabelSpool, OfflineView } from "../../core/ports/offline-engine.ts";
import { duckdbFrameFiles } from "../../stores/offline/duckdb/frame-files.ts";
import { featureJoin } from "../../stores/offline/join/feature-join.ts";
import { labelSpool } from "../../stores/offline/label-spool.ts";
import { postgresAccess } from "../../stores/offline/postgres/access.ts";
import { postgresLogReader } from "../../stores/offline/postgres/log-reader.ts";
import { labelColumns } from "./data.ts";

export interface Ours {
	readonly join: FeatureJoin;
	readonly spool: LabelSpool;
	readonly frames: FrameFiles;
}

export function openOurs(folder: string, pool: Pool, engine: EngineChoice = "auto"): Ours {
	const settings = { tempDirectory: folder, memoryLimit: "384MB", maxTempDirectorySize: "64GB", threads: 2 };
	const limits = { statementTimeoutMs: 600_000 };
	const logs = postgresLogReader(pool, limits);
	const postgres = postgresAccess({ pool, connections: new Map(), logs, limits });
	const spool = labelSpool(settings, postgres);
	return { join: featureJoin({ settings, spool, logs, postgres, engine }), spool, frames: duckdbFrameFiles(settings) };
}

/** Draws all features of the views for the labels of a file: in shards, as a job does, where there are more than of one. */
export async function drawSet(
	{ join, spool, frames }: Ours,
	labels: string,
	views: readonly OfflineView[],
	path: string,
	shardRows: number = defaultLimits.trainingSetShardRows,
): Promise<void> {
	const signal = new AbortController().signal;
	const frame = await spool.copy({ kind: "file", path: labels, format: "PARQUET" }, labelColumns, "ts", signal);
	if (frame === null) throw new Error("The label file was not taken as it is.");
	try {
		const reads = views.map((view) => ({ view, keyColumns: ["id"], features: view.features.map(({ name }) => name) }));
		const outputs: JoinOutput[] = [
			...labelColumns.map(({ name }): JoinOutput => ({ kind: "label", column: name })),
			...reads.flatMap(({ view, features }, read) =>
				features.map((feature): JoinOutput => ({ kind: "feature", read, feature, name: `${view.name}__${feature}` })),
			),
		];
		const shared = join.share(frame);
		const request: JoinRequest = { reads, outputs, known: { kind: "event" }, positions: null, signal, shared };
		const paths: string[] = [];
		try {
			for (let first = 0; first < frame.rowCount; first += shardRows) {
				const rowCount = Math.min(shardRows, frame.rowCount - first);
				const isWhole = rowCount === frame.rowCount;
				const labelRows = isWhole ? frame : await spool.slice(frame, first, rowCount, signal);
				const shard = isWhole ? path : `${path}.${first}`;
				paths.push(shard);
				await join.write(labelRows, request, shard);
				if (!isWhole) await labelRows.close();
			}
		} finally {
			await shared.close();
		}
		const features = reads.flatMap(({ view }) =>
			view.features.map(({ name, type }) => ({ name: `${view.name}__${name}`, type })),
		);
		await frames.hash(paths, [...labelColumns, ...features], signal);
		if (paths.length > 1) await frames.concatenate(paths, path, signal);
		for (const shard of paths) if (shard !== path) await rm(shard);
	} finally {
		await frame.close();
		await rm(path, { force: true });
	}
}
