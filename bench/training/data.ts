/** The data of the benchmark: rows of ten doubles per entity in a Parquet file and in a table, labels in Parquet files. */
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Pool } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { OfflineView, Relation } from "../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../core/values/type.ts";

export const featureNames = Array.from({ length: 10 }, (_, index) => `f${index}`);
const entityCount = 100_000;
/** Seconds since 1970, and how many follow. */
const firstSecond = 1_704_067_200;
const seconds = 60 * 86_400;

export const labelColumns: readonly Column[] = [
	{ name: "id", type: scalar("INT64") },
	{ name: "ts", type: scalar("TIMESTAMP") },
	{ name: "y", type: scalar("FLOAT64") },
];

/** A DuckDB for what is written by hand: the settings of ours. */
export async function byHand<T>(work: (run: (sql: string) => Promise<void>) => Promise<T>): Promise<T> {
	const instance = await DuckDBInstance.create(":memory:", { threads: "2", memory_limit: "384MB" });
	const connection = await instance.connect();
	try {
		const run = async (sql: string): Promise<void> => {
			await connection.run(sql);
		};
		await run("SET TimeZone = 'UTC'");
		await run("SET asof_loop_join_threshold = 0");
		return await work(run);
	} finally {
		connection.closeSync();
		instance.closeSync();
	}
}

/** The same in each run: values come from hashes of row numbers. */
const random = (seed: number): string => `(hash(range, ${seed}) % 1000003) / 1000003.0`;
const time = `make_timestamp(CAST((${firstSecond} + floor(${random(1)} * ${seconds})) * 1000000 + hash(range, 2) % 1000000 AS BIGINT))`;
const entity = `CAST(floor(${random(3)} * ${entityCount}) AS BIGINT)`;

const hot = (share: number): string =>
	share === 0 ? entity : `CASE WHEN ${random(5)} < ${share} THEN 0 ELSE ${entity} END`;

/** `hotShare`: of the rows that all have the first entity. */
export function writeRows(path: string, count: number, featureCount: number, hotShare = 0): Promise<void> {
	const features = Array.from({ length: featureCount }, (_, f) => `${random(10 + f)} AS f${f}`).join(", ");
	return byHand((run) =>
		run(
			`COPY (SELECT *, event_ts + INTERVAL 1 SECOND AS created_ts FROM (SELECT ${hot(hotShare)} AS id, ${time} AS event_ts, ${features} FROM range(${count}))) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
		),
	);
}

export function writeLabels(path: string, count: number, hotShare = 0): Promise<void> {
	const shifted = (sql: string): string => sql.replaceAll("range,", "range + 7777777777,");
	return byHand((run) =>
		run(
			`COPY (SELECT ${shifted(hot(hotShare))} AS id, CAST(${shifted(time)} AS TIMESTAMPTZ) AS ts, ${shifted(random(4))} AS y FROM range(${count})) TO '${path}' (FORMAT parquet, COMPRESSION zstd)`,
		),
	);
}

/** The rows of the file as the table `rows`, indexed. */
export async function loadTable(pool: Pool, path: string): Promise<void> {
	const text = `${path}.csv`;
	await byHand((run) => run(`COPY (FROM '${path}') TO '${text}' (HEADER false)`));
	const columns = featureNames.map((name) => `${name} float8`).join(", ");
	const client = await pool.connect();
	try {
		await client.query(`CREATE UNLOGGED TABLE rows (id int8, event_ts timestamp, ${columns}, created_ts timestamp)`);
		await pipeline(createReadStream(text), client.query(copyFrom("COPY rows FROM STDIN (FORMAT csv)")));
		await client.query("CREATE INDEX ON rows (id, event_ts DESC, created_ts DESC)");
		await client.query("VACUUM ANALYZE rows");
	} finally {
		client.release();
		await rm(text, { force: true });
	}
}

/** A view of some of the features. */
export const viewOf = (name: string, origin: Relation["origin"], features: readonly string[]): OfflineView => ({
	name,
	joinKeys: [{ name: "id", type: scalar("INT64") }],
	features: features.map((feature) => ({ name: feature, type: scalar("FLOAT64") })),
	relation: { origin, steps: [], columns: null, log: null },
	eventTime: "event_ts",
	createdTime: "created_ts",
	availableTime: null,
	tieBreak: [],
	ttlMicros: null,
	log: null,
});
