/**
 * The event times that labels read, found for several shards of a draw at once: each by itself would pass over all keys and
 * times of the source. They lie in Parquet files, by shard, until the last join that reads them is done.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { askedTimes, asksOf, asksSql, type Scan } from "../../../core/offline/duckdb/point-in-time.ts";
import { text } from "../../../core/offline/duckdb/sql-text.ts";
import type { LabelFrame } from "../../../core/ports/offline-engine.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Micros } from "../../../core/values/value.ts";
import { parquetOptions } from "../duckdb/parquet-options.ts";
import { scratchPath } from "../duckdb/scratch.ts";
import { DuckdbSession, type DuckdbSettings } from "../duckdb/session.ts";
import { showLabels } from "./labels.ts";
import type { JoinProgress } from "./progress.ts";
import type { ScanHead } from "./scan.ts";

/** Shards whose times are found at once: each is a file that is open meanwhile. */
const mostShards = 16;
/** What they ask, all look-ups together: bounds what lies on the disk, and what is found again after a worker died. */
const mostAsks = 16_000_000;

/** One shard, and how its times are found. */
export interface TimesRequest {
	readonly head: ScanHead;
	readonly joinKeys: readonly Column[];
	readonly frame: LabelFrame;
	/** Opens the rows in a session that has the labels and the asks. */
	openScan(session: DuckdbSession): Promise<Scan>;
	/** How far back a label between these can read; null: all the way. */
	oldestOf(min: Micros): Micros | null;
	readonly progress: JoinProgress;
	readonly signal: AbortSignal;
}

/** Shards that lie one behind the other. Rows are counted from the first label of all. */
interface Stretch {
	readonly first: number;
	readonly rowCount: number;
	readonly shardRows: number;
	readonly folder: string;
}

export class KeptTimes {
	readonly #settings: DuckdbSettings;
	/** All labels of the draw. */
	readonly #labels: LabelFrame;
	/** The stretch that was found last, by scan. */
	readonly #stretches = new Map<string, Stretch>();

	constructor(settings: DuckdbSettings, labels: LabelFrame) {
		this.#settings = settings;
		this.#labels = labels;
	}

	/** SELECT of the times of a shard, in the shape of `askedTimes`; null where it is to find them by itself. */
	async of(request: TimesRequest): Promise<string | null> {
		const { head, frame } = request;
		const first = frame.firstRow - this.#labels.firstRow;
		const known = this.#stretches.get(head.name);
		if (known !== undefined && isShardOf(known, first, frame.rowCount)) return timesOf(known, head, first);
		const stretch = this.#stretchFrom(first, frame.rowCount, head.lookups.length);
		if (stretch === null) return null;
		await this.#forget(head.name);
		this.#stretches.set(head.name, stretch);
		try {
			await this.#find(stretch, request);
		} catch (error) {
			// What is there of it says of too many labels that they read nothing.
			await this.#forget(head.name);
			throw error;
		}
		return timesOf(stretch, head, first);
	}

	/** Null where it would be of one shard. */
	#stretchFrom(first: number, shardRows: number, lookups: number): Stretch | null {
		const shards = Math.min(mostShards, Math.floor(mostAsks / (shardRows * lookups)));
		const rowCount = Math.min(shards * shardRows, this.#labels.rowCount - first);
		if (rowCount <= shardRows) return null;
		return { first, rowCount, shardRows, folder: scratchPath(this.#settings.tempDirectory) };
	}

	async #find({ first, rowCount, shardRows, folder }: Stretch, request: TimesRequest): Promise<void> {
		const { head, joinKeys, progress, signal } = request;
		signal.throwIfAborted();
		const session = await DuckdbSession.open(this.#settings, null);
		const stop = session.interruptOn(signal);
		try {
			await showLabels(session, this.#labels, { first, rowCount });
			await session.run(asksSql(head));
			const scan = await request.openScan(session);
			const [range] = await session.rows(`SELECT min(ts), max(ts) FROM ${asksOf(head)}`);
			const [min, max] = (range ?? []) as readonly (Micros | null)[];
			if (min == null || max == null) return;
			const times = askedTimes(scan, request.oldestOf(min), max);
			await progress.runIn(
				session,
				`COPY (SELECT *, (id - ${first}) // ${shardRows} AS shard FROM (\n${times}\n)) TO ${text(folder)} ` +
					parquetOptions("lz4", joinKeys, "shard"),
				0,
				2,
			);
		} finally {
			stop();
			await session.close();
		}
	}

	async #forget(scan: string): Promise<void> {
		const known = this.#stretches.get(scan);
		if (known === undefined) return;
		this.#stretches.delete(scan);
		await rm(known.folder, { recursive: true, force: true });
	}

	async close(): Promise<void> {
		for (const scan of [...this.#stretches.keys()]) await this.#forget(scan);
	}
}

const isShardOf = (stretch: Stretch, first: number, rowCount: number): boolean =>
	first >= stretch.first &&
	(first - stretch.first) % stretch.shardRows === 0 &&
	rowCount === Math.min(stretch.shardRows, stretch.first + stretch.rowCount - first);

async function timesOf({ first, shardRows, folder }: Stretch, head: ScanHead, from: number): Promise<string> {
	const shard = join(folder, `shard=${(from - first) / shardRows}`);
	// A shard none of whose labels reads anything has no files.
	const names = await readdir(shard).catch(() => []);
	if (names.length === 0) return `SELECT *, CAST(NULL AS BIGINT) AS e FROM ${asksOf(head)} WHERE false`;
	const files = names.sort().map((name) => text(join(shard, name)));
	return `SELECT id - ${from} AS id, * EXCLUDE (id) FROM read_parquet([${files.join(", ")}], hive_partitioning = false)`;
}
