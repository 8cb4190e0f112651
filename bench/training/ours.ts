/** What a training-set job does between its label file and its result: labels taken in, joined, written, hashed. */
import { rm } from "node:fs/promises";
import type { Pool } from "pg";
import type { FeatureJoin, JoinOutput } from "../../core/ports/feature-join.ts";
import type { FrameFiles, LabelSpool, OfflineView } from "../../core/ports/offline-engine.ts";
import { duckdbFrameFiles } from "../../stores/offline/duckdb/frame-files.ts";
import { duckdbLabelSpool } from "../../stores/offline/duckdb/label-spool.ts";
import { featureJoin } from "../../stores/offline/join/feature-join.ts";
import { postgresAccess } from "../../stores/offline/postgres/access.ts";
import { postgresLogReader } from "../../stores/offline/postgres/log-reader.ts";
import { labelColumns } from "./data.ts";

export interface Ours {
	readonly join: FeatureJoin;
	readonly spool: LabelSpool;
	readonly frames: FrameFiles;
}

export function openOurs(folder: string, pool: Pool): Ours {
	const settings = { tempDirectory: folder, memoryLimit: "384MB", maxTempDirectorySize: "64GB", threads: 2 };
	const limits = { statementTimeoutMs: 600_000 };
	const spool = duckdbLabelSpool(settings);
	const logs = postgresLogReader(pool, limits);
	const postgres = postgresAccess({ pool, connections: new Map(), logs, limits });
	return { join: featureJoin({ settings, spool, logs, postgres }), spool, frames: duckdbFrameFiles(settings) };
}

/** Draws all features of the views for the labels of a file. */
export async function drawSet(
	{ join, spool, frames }: Ours,
	labels: string,
	views: readonly OfflineView[],
	path: string,
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
		await join.write(frame, { reads, outputs, known: { kind: "event" }, positions: null, signal }, path);
		const features = reads.flatMap(({ view }) =>
			view.features.map(({ name, type }) => ({ name: `${view.name}__${name}`, type })),
		);
		await frames.hash([path], [...labelColumns, ...features], signal);
	} finally {
		await frame.close();
		await rm(path, { force: true });
	}
}
