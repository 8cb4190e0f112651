import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { LabelSpool, OfflineEngine, Relation } from "../../../core/ports/offline-engine.ts";
import type { LogDefinition } from "../../../core/ports/offline-log.ts";
import { arrayOf, type Column, scalar, scalarTypes } from "../../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";
import { duckdbLabelSpool } from "../../../stores/offline/duckdb/label-spool.ts";
import { labelSpool } from "../../../stores/offline/label-spool.ts";
import { postgresAccess } from "../../../stores/offline/postgres/access.ts";
import { postgresEngine } from "../../../stores/offline/postgres/engine.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { collect } from "../../conformance/offline/harness.ts";
import { createTable, testLimits } from "../../conformance/offline/postgres-under-test.ts";
import { testDatabase } from "../../support/database.ts";

const test = testDatabase();
const never = new AbortController().signal;
let directory: string;
let spool: LabelSpool;
let engine: OfflineEngine;

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "featuregraph-labels-"));
	const { pool } = test.database;
	const postgres = postgresAccess({ pool, connections: new Map(), logs: { async *read() {} }, limits: testLimits });
	spool = labelSpool(testSettings(directory), postgres);
	engine = postgresEngine(postgres);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const table = (name: string): Relation => ({
	origin: { kind: "postgres", connection: null, table: name },
	steps: [],
	columns: null,
	log: null,
});

const values: Readonly<Record<string, readonly Value[]>> = {
	BOOL: [true, false],
	INT32: [-2_147_483_648, 7],
	INT64: [9_223_372_036_854_775_807n, -1n],
	FLOAT32: [Number.NEGATIVE_INFINITY, 0, 0.5, -0],
	FLOAT64: [Number.NaN, -0, 0],
	STRING: ["", 'a,"ü"\n\\N'],
	BYTES: [new Uint8Array([]), new Uint8Array([0, 255])],
	TIMESTAMP: [-1n, 1_704_067_200_123_456n],
	DATE: [-1, 20_000],
	JSON: ['{"a":[1,null]}', "null"],
};

it("label rows of a table come as they would through values, more of them than one chunk has", async () => {
	const scalars = scalarTypes.map((type): Column => ({ name: type.toLowerCase(), type: scalar(type) }));
	const arrays = (["INT64", "FLOAT64", "STRING", "TIMESTAMP"] as const).map(
		(type): Column => ({ name: `${type.toLowerCase()}_list`, type: arrayOf(type) }),
	);
	const columns = [...scalars, ...arrays];
	const rows = Array.from({ length: 5_000 }, (_, row) =>
		columns.map(({ type }, column): Value => {
			if ((row + column) % 7 === 0) return null;
			const known = values[type.scalar] as readonly (string | bigint)[];
			return type.isArray ? [...known.slice(row % 3), null] : (known[row % known.length] ?? null);
		}),
	);
	await createTable(test.database.pool, sql.raw("public.labels"), columns, rows, "timestamptz");
	await test.database.pool.query("INSERT INTO public.labels (timestamp) VALUES ('infinity'), ('-infinity')");

	const frame = await spool.copy({ kind: "relation", relation: table("public.labels") }, columns, "timestamp", never);
	const copied = await collect(frame?.read(columns.map(({ name }) => name)) ?? empty());
	expect(copied).toEqual(await collect(engine.scan(table("public.labels"), never).batches));
	expect(copied).toHaveLength(5_002);
	expect(frame).toMatchObject({ rowCount: 5_002, timeRange: { min: -1n, max: 1_704_067_200_123_456n } });
	await frame?.close();
	expect(await readdir(directory)).toEqual([]);
});

it("columns in another order or of another type: some are left out, or the rows have to pass through values", async () => {
	await test.database.pool.query(
		"CREATE TABLE public.few (a int4, b text, ts timestamp); INSERT INTO public.few VALUES (1, 'x', '2024-01-01')",
	);
	const source = { kind: "relation", relation: table("public.few") } as const;
	const time: Column = { name: "ts", type: scalar("TIMESTAMP") };
	const frame = await spool.copy(source, [time, { name: "a", type: scalar("INT32") }], "ts", never);
	expect(await collect(frame?.read(["a", "ts"]) ?? empty())).toEqual([[1, 1_704_067_200_000_000n]]);
	await frame?.close();
	expect(await spool.copy(source, [time, { name: "a", type: scalar("INT64") }], "ts", never)).toBeNull();
	expect(await spool.copy(source, [time, { name: "c", type: scalar("INT64") }], "ts", never)).toBeNull();
});

it("pushed rows count up to a position, in the order in which they came, without tombstones", async () => {
	const { pool } = test.database;
	const columns: readonly Column[] = [
		{ name: "k", type: scalar("STRING") },
		{ name: "ts", type: scalar("TIMESTAMP") },
	];
	const log: LogDefinition = { id: "source_9", columns, eventTime: "ts", index: ["k", "ts"] };
	await pool.query(`CREATE SCHEMA IF NOT EXISTS featuregraph_log;
		CREATE TABLE featuregraph_log.source_9 (k text, ts timestamptz, __seq int8, __ingested_at timestamptz, __deleted bool);
		INSERT INTO featuregraph_log.source_9 VALUES ('c', '2024-01-03', 3, now(), false), ('a', '2024-01-01', 1, now(), false),
			('b', '2024-01-02', 2, now(), true), ('d', '2024-01-04', 4, now(), false)`);
	const relation: Relation = { origin: { kind: "push" }, steps: [], columns, log };
	const keys = async (positions: ReadonlyMap<string, bigint>): Promise<Value[]> => {
		const frame = await spool.copy({ kind: "relation", relation, positions }, columns, "ts", never);
		const rows = await collect(frame?.read(["k"]) ?? empty());
		await frame?.close();
		return rows.map(([key]) => key ?? null);
	};
	expect(await keys(new Map([["source_9", 3n]]))).toEqual(["a", "c"]);
	expect(await keys(new Map([["source_9", 4n]]))).toEqual(["a", "c", "d"]);
	expect(await keys(new Map())).toEqual([]);
});

async function* empty(): AsyncGenerator<ColumnBatch> {}

it("labels that no disk and memory are left for are told of as such", async () => {
	const settings = { ...testSettings(directory), memoryLimit: "16MB", maxTempDirectorySize: "1MB" };
	const columns = [
		{ name: "at", type: scalar("TIMESTAMP") },
		{ name: "note", type: scalar("STRING") },
	];
	const rows = { rowCount: 20, columns: [new Array<Value>(20).fill(0n), new Array<Value>(20).fill("x".repeat(4e6))] };
	await expect(duckdbLabelSpool(settings).write(columns, "at", [rows])).rejects.toMatchObject({
		code: "LIMIT_EXCEEDED",
	});
	expect(await readdir(directory)).toEqual([]);
});
