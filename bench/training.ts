/**
 * Training sets from the label file to the written and hashed Parquet file, over five million rows of ten doubles: the best
 * SQL written by hand against ours, in turns, in processor time (that of the database server counts). Ratios are hand /
 * ours, so that 0.8 is 1.25 times the hand-written SQL; of files over HTTP: a plain copy / ours, in time. More than a
 * million labels are drawn in shards, as a job draws them. `FEATUREGRAPH_BENCH_FULL=1`: ten million labels as well.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Pool } from "pg";
import type { OfflineView, Relation } from "../core/ports/offline-engine.ts";
import { startEmbeddedPostgres } from "../stores/postgres/embedded/start.ts";
import { silentLogger } from "../test/support/silent-logger.ts";
import type { Benchmark } from "./result.ts";
import { lateral, plainAsOf, structAsOf } from "./training/by-hand.ts";
import { featureNames, loadTable, viewOf, writeLabels, writeRows } from "./training/data.ts";
import { inTurns, type Measured } from "./training/measure.ts";
import { drawSet, openOurs } from "./training/ours.ts";
import { transferShares } from "./training/transfer.ts";

const isFull = process.env["FEATUREGRAPH_BENCH_FULL"] === "1";
const rowCount = 5_000_000;
const sizes = [100_000, 1_000_000, ...(isFull ? [10_000_000] : [])];
const wideFeatures = 20;
/** Rows and labels of one and the same entity among those of the skewed data. */
const hotShare = 0.2;
const hotSize = 1_000_000;
/** Of one training set in a process of its own, in megabytes. */
const peakGoalMB = 1024;

export const run: Benchmark = async () => {
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-bench-training-"));
	const figures: Record<string, number> = { loadAverageBefore: loadavg()[0] ?? 0 };
	const ratios: Record<string, number> = {};
	const told = (name: string, { ms, cpuMs }: Measured): void => {
		figures[`${name}Ms`] = Math.round(ms);
		figures[`${name}CpuMs`] = Math.round(cpuMs);
	};
	try {
		const rows = join(folder, "rows.parquet");
		const result = join(folder, "result.parquet");
		await writeRows(rows, rowCount, featureNames.length);
		const hotRows = join(folder, "hot.parquet");
		const hotLabels = join(folder, "hot-labels.parquet");
		await writeRows(hotRows, rowCount, featureNames.length, hotShare);
		await writeLabels(hotLabels, hotSize, hotShare);
		for (const size of sizes) await writeLabels(labelsOf(folder, size), size);
		const server = await startEmbeddedPostgres({
			dataDir: join(folder, "postgres"),
			settings: { fsync: "off", shared_buffers: "1GB" },
			logger: silentLogger,
		});
		const pool = new Pool({ connectionString: server.url, max: 8 });
		try {
			await loadTable(pool, rows);
			const ours = openOurs(folder, pool);
			const copying = openOurs(folder, pool, "duckdb");
			const file: Relation["origin"] = { kind: "parquet", path: rows };
			const hotFile: Relation["origin"] = { kind: "parquet", path: hotRows };
			const table: Relation["origin"] = { kind: "postgres", connection: null, table: "rows" };
			for (const size of sizes) {
				const labels = labelsOf(folder, size);
				const draw =
					(views: readonly OfflineView[], by = ours, of = labels, shardRows?: number) =>
					(): Promise<void> =>
						drawSet(by, of, views, result, shardRows);
				const count = named(size);
				const rounds = size > 100_000 ? 1 : 3;
				const duckdb = await inTurns(
					{
						structAsOf: () => structAsOf(rows, labels, result),
						plainAsOf: () => plainAsOf(rows, labels, result),
						oneView: draw(split(file, 1)),
						threeViews: draw(split(file, 3)),
						tenViews: draw(split(file, 10)),
						...(size === hotSize
							? {
									fourShards: draw(split(file, 1), ours, labels, size / 4),
									hotKeys: draw(split(hotFile, 1), ours, hotLabels),
								}
							: {}),
					},
					rounds,
				);
				for (const [name, figure] of Object.entries(duckdb)) told(`duckdb${count}_${name}`, figure);
				ratios[`duckdb${count}`] = share(duckdb["structAsOf"], duckdb["oneView"]);
				ratios[`duckdb${count}PlainAsOf`] = share(duckdb["plainAsOf"], duckdb["oneView"]);
				if (size === hotSize) {
					ratios[`duckdb${count}FourShards`] = share(duckdb["oneView"], duckdb["fourShards"]);
					ratios[`duckdb${count}HotKeys`] = share(duckdb["oneView"], duckdb["hotKeys"]);
				}
				ratios[`duckdb${count}ThreeViews`] = share(duckdb["oneView"], duckdb["threeViews"]);
				const postgres = await inTurns(
					{
						lateral: () => lateral(pool, labels, result),
						oneView: draw(split(table, 1)),
						threeViews: draw(split(table, 3)),
						tenViews: draw(split(table, 10)),
						...(size >= hotSize ? { copiedOut: draw(split(table, 1), copying) } : {}),
					},
					rounds,
					server.pid(),
				);
				for (const [name, figure] of Object.entries(postgres)) told(`postgres${count}_${name}`, figure);
				ratios[`postgres${count}`] = share(postgres["lateral"], postgres["oneView"]);
				ratios[`postgres${count}ThreeViews`] = share(postgres["oneView"], postgres["threeViews"]);
			}
		} finally {
			await pool.end();
			await server.stop();
		}
		const most = sizes.at(-1) ?? 0;
		Object.assign(ratios, await transferShares(folder, labelsOf(folder, most)));
		const peak = await peakOf(folder, labelsOf(folder, most));
		figures[`peakMB_${named(most)}x${wideFeatures}`] = peak.peakMB;
		figures[`peakDrawMs`] = peak.ms;
		ratios["memory"] = peakGoalMB / peak.peakMB;
		figures["loadAverageAfter"] = loadavg()[0] ?? 0;
		return { name: "training", figures, ratios, goals };
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
};

const counts = sizes.map((size) => named(size));
const goals: Readonly<Record<string, number>> = {
	...Object.fromEntries(
		counts.flatMap((count) => [
			[`duckdb${count}`, 0.8],
			[`postgres${count}`, 0.8],
		]),
	),
	...Object.fromEntries(
		counts.flatMap((count) => [
			[`duckdb${count}ThreeViews`, 1 / 1.5],
			[`postgres${count}ThreeViews`, 1 / 1.5],
		]),
	),
	duckdb1mHotKeys: 1 / 1.5,
	upload: 0.5,
	download: 0.5,
	memory: 1,
};

function named(size: number): string {
	return size >= 1_000_000 ? `${size / 1_000_000}m` : `${size / 1000}k`;
}

const labelsOf = (folder: string, size: number): string => join(folder, `labels-${named(size)}.parquet`);

const share = (hand: Measured | undefined, ours: Measured | undefined): number =>
	(hand?.cpuMs ?? Number.NaN) / (ours?.cpuMs ?? Number.NaN);

/** So many views of one source, the ten features between them. */
const split = (origin: Relation["origin"], count: number): OfflineView[] =>
	Array.from({ length: count }, (_, view) =>
		viewOf(
			`v${view}`,
			origin,
			featureNames.filter((_name, feature) => feature % count === view),
		),
	);

/** The most memory that a process holds which draws twenty features. */
async function peakOf(folder: string, labels: string): Promise<{ readonly peakMB: number; readonly ms: number }> {
	const rows = join(folder, "wide.parquet");
	await writeRows(rows, rowCount, wideFeatures);
	const script = join(import.meta.dirname, "training", "peak.ts");
	const { stdout } = await promisify(execFile)(process.execPath, [script, folder, rows, labels, String(wideFeatures)]);
	return JSON.parse(stdout) as { peakMB: number; ms: number };
}
