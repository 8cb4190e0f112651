/** Joins over stretches of the same labels: together they say what one says, and what they have in common is done once. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pool } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineChoice } from "../../../core/offline/place-scan.ts";
import type { JoinOutput, JoinRead, JoinRequest } from "../../../core/ports/feature-join.ts";
import type { LabelFrame, OfflineView, Relation } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { featureJoin } from "../../../stores/offline/join/feature-join.ts";
import { labelSpool } from "../../../stores/offline/label-spool.ts";
import { postgresAccess } from "../../../stores/offline/postgres/access.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { at, batchOf, collect } from "../../conformance/offline/harness.ts";
import { testLimits } from "../../conformance/offline/postgres-under-test.ts";
import { testDatabase } from "../../support/database.ts";

const test = testDatabase();
const signal = new AbortController().signal;
const labelColumns: readonly Column[] = [
	{ name: "k", type: scalar("STRING") },
	{ name: "ts", type: scalar("TIMESTAMP") },
];
const keys = labelColumns.slice(0, 1);
const features: readonly Column[] = [{ name: "v", type: scalar("INT64") }];
let directory: string;

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "featuregraph-shared-"));
	await test.database.pool.query(`
		CREATE TABLE public.numbers (k text, v int8, event_ts timestamptz);
		INSERT INTO public.numbers SELECT 'k' || n % 50, n, '2024-01-01'::timestamptz + n * interval '1 second' FROM generate_series(1, 4000) AS n;
		CREATE INDEX ON public.numbers (k, event_ts);
		ANALYZE public.numbers`);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const viewOver = (steps: Relation["steps"]): OfflineView => ({
	name: "numbers",
	joinKeys: keys,
	features,
	relation: {
		origin: { kind: "postgres", connection: null, table: "public.numbers" },
		steps,
		columns: null,
		log: null,
	},
	eventTime: "event_ts",
	createdTime: null,
	availableTime: null,
	tieBreak: [],
	ttlMicros: 60_000_000n,
	log: null,
});

const outputs: readonly JoinOutput[] = [
	{ kind: "label", column: "k" },
	{ kind: "feature", read: 0, feature: "v", name: "v" },
	{ kind: "status", read: 0, name: "status" },
];

/** What was opened, with the queries that copied rows out. */
function opened(engine: EngineChoice) {
	const settings = testSettings(directory);
	const pool = new Pool({ ...test.database.pool.options, max: 4 });
	const copies: string[] = [];
	pool.on("connect", (client) => {
		const query = client.query.bind(client) as (...given: unknown[]) => unknown;
		Object.assign(client, {
			query: (statement: unknown, ...more: unknown[]) => {
				const text = (statement as { text?: string }).text ?? String(statement);
				if (text.startsWith("COPY")) copies.push(text);
				return query(statement, ...more);
			},
		});
	});
	const postgres = postgresAccess({ pool, connections: new Map(), logs: { async *read() {} }, limits: testLimits });
	const spool = labelSpool(settings, postgres);
	return { pool, copies, spool, join: featureJoin({ settings, spool, logs: { async *read() {} }, postgres, engine }) };
}

describe.each<[string, Relation["steps"]]>([
	["a table", []],
	["SQL over it", [{ name: "numbers", sql: "SELECT k, v, event_ts FROM source" }]],
])("shards of a draw over %s", (_name, steps) => {
	it.each<[EngineChoice, number]>([
		["duckdb", 1],
		["postgres", 4],
	])("with the engine %s: as one join, copied out %i times", async (engine, times) => {
		const { pool, copies, spool, join: features } = opened(engine);
		const read: JoinRead = { view: viewOver(steps), keyColumns: ["k"], features: ["v"] };
		const request: JoinRequest = { reads: [read], outputs, known: { kind: "event" }, positions: null, signal };
		const labels = await spool.write(labelColumns, "ts", [
			batchOf(
				labelColumns,
				Array.from({ length: 4_000 }, (_, n): Value[] => [`k${n % 60}`, at((n * 7) % 4_100)]),
			),
		]);
		try {
			const [plan] = await features.explain({ timestampColumn: "ts", rowCount: 4_000 }, request);
			expect(plan).toMatchObject({
				engine,
				strategy: engine === "duckdb" ? "AS_OF_JOIN" : "INDEX_LOOKUP",
				reason: expect.stringMatching(/^By configuration/) as string,
			});
			expect(plan?.estimatedRows).toBeGreaterThan(3_500);
			expect(plan?.estimatedRows).toBeLessThan(4_500);
			expect(plan?.sql.join("\n")).toMatch(engine === "duckdb" ? /numbers[\s\S]*ASOF JOIN/ : /LATERAL[\s\S]*numbers/);
			const whole = await collect(features.rows(labels, request));
			copies.length = 0;
			const shared = features.share(labels);
			const parts: Value[][] = [];
			for (let first = 0; first < 4_000; first += 1_000) {
				const slice: LabelFrame = await spool.slice(labels, first, 1_000, signal);
				parts.push(...(await collect(features.rows(slice, { ...request, shared }))));
				await slice.close();
			}
			await shared.close();
			expect(parts).toEqual(whole);
			expect(new Set(whole.map(([, , status]) => status))).toEqual(
				new Set(["PRESENT", "NOT_FOUND", "OUTSIDE_MAX_AGE"]),
			);
			expect(copies).toHaveLength(times);
		} finally {
			await labels.close();
			await pool.end();
		}
		expect(await readdir(directory)).toEqual([]);
	});
});

it("a join tells how far it is, never more than one report at once, and whoever is told can end it", async () => {
	const { pool, spool, join: features } = opened("postgres");
	const read: JoinRead = { view: viewOver([]), keyColumns: ["k"], features: ["v"] };
	const labels = await spool.write(labelColumns, "ts", [
		batchOf(
			labelColumns,
			Array.from({ length: 60_000 }, (_, n): Value[] => [`k${n % 60}`, at(n % 4_000)]),
		),
	]);
	const request = { reads: [read], outputs, known: { kind: "event" }, positions: null, signal } as const;
	const path = join(directory, "told.parquet");
	try {
		const told: number[] = [];
		let telling = 0;
		let most = 0;
		const onProgress = async (share: number): Promise<void> => {
			telling += 1;
			most = Math.max(most, telling);
			told.push(share);
			await new Promise(setImmediate);
			telling -= 1;
		};
		await features.write(labels, { ...request, onProgress }, path);
		expect(told).toEqual([...told].sort((a, b) => a - b));
		expect(told.filter((share) => share < 0.5).length).toBeGreaterThan(0);
		expect(told.every((share) => share > 0 && share <= 1)).toBe(true);
		expect([most, telling]).toEqual([1, 0]);
		const refusal = new Error("The run is cancelled.");
		const refuse = (): Promise<void> => Promise.reject(refusal);
		await expect(features.write(labels, { ...request, onProgress: refuse }, path)).rejects.toBe(refusal);
	} finally {
		await labels.close();
		await rm(path, { force: true });
		await pool.end();
	}
});
