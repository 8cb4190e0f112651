/**
 * The SQL that the engines run, as it is: a change of it is seen in review. `UPDATE_GOLDEN=1 npx vitest run test/core/offline`
 * writes it anew. Each statement is executed as well.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { describe, expect, test } from "vitest";
import { joinedFrom, outputSql } from "../../../core/offline/duckdb/join-result.ts";
import { latestSql as duckdbLatest } from "../../../core/offline/duckdb/latest.ts";
import { rowOrder } from "../../../core/offline/duckdb/order.ts";
import { asksSql, choosePlan, olderPlan, type Scan } from "../../../core/offline/duckdb/point-in-time.ts";
import { duckdbView, storedRows, viewRows } from "../../../core/offline/duckdb/rows.ts";
import { latestSql as postgresLatest } from "../../../core/offline/postgres/latest.ts";
import { askedLabels, pointInTimeSql } from "../../../core/offline/postgres/point-in-time.ts";
import { type PostgresView, partsOf, tieBreakTypesOf } from "../../../core/offline/postgres/rows.ts";
import { viewColumnsOf } from "../../../core/offline/view-columns.ts";
import type { Known, OfflineView } from "../../../core/ports/offline-engine.ts";
import { scalar } from "../../../core/values/type.ts";
import { at } from "../../conformance/offline/harness.ts";
import { testDatabase } from "../../support/database.ts";

const timestamp = scalar("TIMESTAMP");
const log = {
	id: "view_1",
	columns: [
		{ name: "origin", type: scalar("STRING") },
		{ name: "flights", type: scalar("INT64") },
		{ name: "delay", type: scalar("FLOAT64") },
		{ name: "event_ts", type: timestamp },
		{ name: "created_ts", type: timestamp },
	],
	eventTime: "event_ts",
	index: ["origin", "event_ts"],
};

const view: OfflineView = {
	name: "delays",
	joinKeys: [{ name: "origin", type: scalar("STRING") }],
	features: [
		{ name: "flights", type: scalar("INT64") },
		{ name: "delay", type: scalar("FLOAT64") },
	],
	relation: { origin: { kind: "parquet", path: "delays.parquet" }, steps: [], columns: null, log: null },
	eventTime: "event_ts",
	createdTime: "created_ts",
	availableTime: null,
	tieBreak: ["flight"],
	ttlMicros: 3_600_000_000n,
	log,
};

async function golden(name: string, statements: readonly string[]): Promise<void> {
	const path = join(import.meta.dirname, "..", "..", "golden", "offline", `${name}.sql`);
	const text = `${statements.join(";\n\n")};\n`;
	if (process.env["UPDATE_GOLDEN"] === "1") await writeFile(path, text);
	expect(text, "UPDATE_GOLDEN=1 npx vitest run test/core/offline").toBe(await readFile(path, "utf8"));
}

describe("DuckDB", () => {
	const types = new Map([
		["origin", "VARCHAR"],
		["flights", "BIGINT"],
		["delay", "DOUBLE"],
		["event_ts", "TIMESTAMP"],
		["created_ts", "TIMESTAMP WITH TIME ZONE"],
		["flight", "INTEGER"],
	]);
	const setUp = [
		"CREATE TABLE delays (origin VARCHAR, flights BIGINT, delay DOUBLE, event_ts TIMESTAMP, created_ts TIMESTAMPTZ, flight INTEGER)",
		"CREATE TABLE log (origin VARCHAR, flights BIGINT, delay DOUBLE, event_ts BIGINT, created_ts BIGINT, __seq BIGINT, __ingested_at BIGINT, __deleted BOOLEAN)",
		"CREATE TABLE labels (__row BIGINT, origin VARCHAR, destination VARCHAR, ts BIGINT)",
		"INSERT INTO labels VALUES (0, 'JFK', 'SFO', 0)",
	];

	async function execute(statements: readonly string[]): Promise<number> {
		const instance = await DuckDBInstance.create();
		const connection = await instance.connect();
		try {
			for (const statement of [...setUp, ...statements.slice(0, -1)]) await connection.run(statement);
			return (await connection.runAndReadAll(statements.at(-1) ?? "")).currentRowCount;
		} finally {
			connection.closeSync();
			instance.closeSync();
		}
	}

	const target = duckdbView(view, "delays", types, { table: "log", definition: log });
	const scan = (known: Known, more: Partial<Scan> = {}): Scan => ({
		name: "g0",
		target,
		views: [{ order: target.order, wanted: [1] }],
		lookups: [["origin"], ["destination"]],
		timestampColumn: "ts",
		known,
		tellsTakenIn: known.kind === "event",
		rows: (bounds) => viewRows(target, bounds),
		...more,
	});
	const plan = (of: Scan): string[] => {
		const newest = choosePlan(of, at(-3600), at(60));
		const older = olderPlan(of, at(-3600));
		const answer = { table: "g0", view: 0, positions: new Map([["delay", 1]]), ttl: 3_600_000_000n };
		const hasDeleted = of.target.has.log;
		const answered = [0, 1].map((lookup) => ({ ...answer, lookup, hasDeleted, older: "g0_older" }));
		const reads = [["origin"], ["destination"]].map((keyColumns) => ({ view, keyColumns, features: ["delay"] }));
		const outputs = [
			{ kind: "label", column: "origin" },
			{ kind: "feature", read: 0, feature: "delay", name: "from" },
			{ kind: "eventTime", read: 0, name: "at" },
			{ kind: "status", read: 1, name: "to" },
		] as const;
		const fields = outputs.map((output) => outputSql(output, reads, answered));
		return [
			asksSql(of),
			...newest.choose,
			newest.countTies,
			...newest.breakTies,
			...newest.finish,
			older.findMisses,
			older.countMisses,
			...older.choose,
			...older.breakTies,
			...older.finish,
			`SELECT ${fields.join(", ")}\n${joinedFrom(outputs, answered)}`,
		];
	};

	test.each([
		["duckdb-point-in-time", { kind: "event" }],
		["duckdb-point-in-time-at-label-time", { kind: "atLabelTime" }],
	] as const)("%s", async (name, known) => {
		const statements = plan(scan(known));
		await golden(name, statements);
		expect(await execute(statements)).toBe(1);
	});

	test("duckdb-point-in-time-shared: two views of one source, its rows computed before", async () => {
		const computed = duckdbView({ ...view, log: null }, "delays", types, null);
		const fields = computed.view.features.map(({ type }, f) => ({ name: `f${f}`, type }));
		const views = [
			{ order: rowOrder(computed.tieBreakTypes, fields, computed.has), wanted: [1] },
			{ order: rowOrder(computed.tieBreakTypes, fields.slice(0, 1), computed.has), wanted: [0] },
		];
		const stored =
			"(SELECT origin AS k0, 0 AS e, 0 AS c, 0 AS i, flight AS t0, flights AS f0, delay AS f1 FROM delays)";
		const statements = plan(
			scan({ kind: "event" }, { target: computed, views, rows: () => storedRows(computed, stored) }),
		);
		await golden("duckdb-point-in-time-shared", statements);
		expect(await execute(statements)).toBe(1);
	});

	test("duckdb-latest", async () => {
		const signal = new AbortController().signal;
		const latest = [
			duckdbLatest(target, { view, from: at(0), to: at(60), eventRange: null, afterKey: ["JFK"], signal }),
		];
		await golden("duckdb-latest", latest);
		expect(await execute(latest)).toBe(0);
	});
});

describe("PostgreSQL", () => {
	const own = testDatabase();
	const types = new Map([
		["origin", "text"],
		["flights", "bigint"],
		["delay", "double precision"],
		["event_ts", "timestamp without time zone"],
		["created_ts", "timestamp with time zone"],
		["flight", "integer"],
	]);
	const logTypes = new Map([
		...types,
		["event_ts", "timestamp with time zone"],
		["__seq", "bigint"],
		["__ingested_at", "timestamp with time zone"],
		["__deleted", "boolean"],
	]);
	logTypes.delete("flight");
	const columns = viewColumnsOf(view, new Set(types.keys()));
	const tieBreakTypes = tieBreakTypesOf(view, columns, types);
	const source = (from: string, of: ReadonlyMap<string, string>, isLog: boolean) => ({
		from: sql`${sql.identifier(from)}`,
		parts: partsOf(view, columns, tieBreakTypes, of, isLog),
		isLog,
		upToSeq: isLog ? 7n : null,
	});
	const target: PostgresView = {
		view,
		columns,
		tieBreakTypes,
		sources: [source("delays", types, false), source("delays_log", logTypes, true)],
	};
	const setUp = `CREATE TABLE IF NOT EXISTS delays (origin text, flights bigint, delay double precision, event_ts timestamp, created_ts timestamptz, flight integer);
		CREATE TABLE IF NOT EXISTS delays_log (origin text, flights bigint, delay double precision, event_ts timestamptz, created_ts timestamptz, __seq bigint, __ingested_at timestamptz, __deleted boolean)`;

	test.each([
		["postgres-point-in-time", pointInTimeSql(target, chosen(true), { kind: "event" }, labels())],
		["postgres-point-in-time-ties", pointInTimeSql(target, chosen(false), { kind: "atLabelTime" }, labels())],
		["postgres-latest", postgresLatest(target, { from: at(0), to: at(60), eventRange: null }, ["JFK"])],
	])("%s", async (name, query) => {
		const { sql: text, params } = new PgDialect().sqlToQuery(query);
		await golden(name, [text]);
		await own.database.pool.query(setUp);
		expect((await own.database.pool.query(text, params)).rowCount).toBe(0);
	});
});

const chosen = (ties: boolean) => ({ features: [1], takenIn: true, ties });
const labels = () =>
	askedLabels(view.joinKeys, { ids: "{0,1}", lookups: "{0,0}", times: "{0,1}", keys: ['{"JFK","O\'Hare"}'] });
