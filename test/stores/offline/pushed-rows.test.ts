/** Rows that the real log acknowledged are in what the engines read from then on. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FeatureJoin } from "../../../core/ports/feature-join.ts";
import type { Known, OfflineEngine, OfflineView } from "../../../core/ports/offline-engine.ts";
import type { LogDefinition } from "../../../core/ports/offline-log.ts";
import { arrayOf, type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { createPostgresLog } from "../../../stores/log/postgres-log.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { duckdbLabelSpool } from "../../../stores/offline/duckdb/label-spool.ts";
import { featureJoin } from "../../../stores/offline/join/feature-join.ts";
import { postgresAccess } from "../../../stores/offline/postgres/access.ts";
import { postgresEngine } from "../../../stores/offline/postgres/engine.ts";
import { postgresLogReader } from "../../../stores/offline/postgres/log-reader.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { at, batchOf, collect, pointInTime } from "../../conformance/offline/harness.ts";
import { testLimits } from "../../conformance/offline/postgres-under-test.ts";
import { testDatabase } from "../../support/database.ts";

const key: Column = { name: "k", type: scalar("STRING") };
const features: Column[] = [
	{ name: "v", type: scalar("INT64") },
	{ name: "j", type: scalar("JSON") },
	{ name: "d", type: scalar("DATE") },
	{ name: "l", type: arrayOf("TIMESTAMP") },
	{ name: "b", type: scalar("BYTES") },
];
const event: Column = { name: "event_ts", type: scalar("TIMESTAMP") };
const columns = [key, ...features, event];
const values = (v: bigint): Value[] => [v, '{"a":1.5}', -3, [at(1), null], new Uint8Array([0, 7])];

describe("pushed rows", () => {
	const own = testDatabase();
	let directory: string;
	let postgres: OfflineEngine;
	let joined: FeatureJoin;
	/** As `joined`, with labels looked up in the database in any case. */
	let lookingUp: FeatureJoin;
	beforeAll(async () => {
		directory = await mkdtemp(join(tmpdir(), "featuregraph-pushed-"));
		const logs = postgresLogReader(own.database.pool, testLimits);
		const access = postgresAccess({ pool: own.database.pool, connections: new Map(), logs, limits: testLimits });
		postgres = postgresEngine(access);
		const settings = testSettings(directory);
		const deps = { settings, spool: duckdbLabelSpool(settings), logs, postgres: access };
		joined = featureJoin(deps);
		lookingUp = featureJoin({ ...deps, engine: "postgres" });
	});
	afterAll(() => rm(directory, { recursive: true, force: true }));

	const log = (id: string): LogDefinition => ({ id, columns, eventTime: "event_ts", index: ["k", "event_ts"] });
	const view = (more: Partial<OfflineView>): OfflineView => ({
		name: "pushed",
		joinKeys: [key],
		features,
		relation: { origin: { kind: "push" }, steps: [], columns, log: log("source_1") },
		eventTime: "event_ts",
		createdTime: null,
		availableTime: null,
		tieBreak: [],
		ttlMicros: null,
		log: null,
		...more,
	});

	async function read(
		of: OfflineView,
		known: "event" | "atLabelTime" | Known = "event",
		by: FeatureJoin = joined,
	): Promise<Value[][]> {
		const labels = [key, { name: "ts", type: scalar("TIMESTAMP") }];
		const frame = await duckdbLabelSpool(testSettings(directory)).write(labels, "ts", [
			batchOf(labels, [
				["a", at(5)],
				["b", at(5)],
			]),
		]);
		try {
			return await collect(
				pointInTime({ join: by }, frame, {
					reads: [{ view: of, keyColumns: ["k"], features: of.features.map(({ name }) => name) }],
					known: typeof known === "string" ? { kind: known } : known,
				}),
			);
		} finally {
			await frame.close();
		}
	}

	const append = async (id: string, v: bigint, seconds: number, deleted = false): Promise<void> => {
		const store = createPostgresLog(own.database, { now: () => at(seconds) });
		await store.ensure(log(id));
		const row = { values: ["a", ...(deleted ? features.map(() => null) : values(v)), at(seconds)], deleted };
		await store.append(log(id), [row], { online: false, dueAt: [null] });
	};

	test("a push source that nothing was pushed into is empty, then its rows are read, exactly", async () => {
		expect((await read(view({}))).map((row) => row.at(-1))).toEqual(["NOT_FOUND", "NOT_FOUND"]);
		expect(await postgres.describe(view({}).relation)).toEqual(columns);
		const before = await postgres.fingerprint(view({}).relation);
		await append("source_1", 2n ** 62n + 1n, 2);
		expect(await read(view({}))).toEqual([
			[...values(2n ** 62n + 1n), at(2), "PRESENT"],
			[...features.map(() => null), null, "NOT_FOUND"],
		]);
		expect(await postgres.fingerprint(view({}).relation)).not.toBe(before);
		expect((await read(view({}), "atLabelTime"))[0]?.at(-1)).toBe("PRESENT");
		expect(await collect(postgres.scan(view({}).relation, new AbortController().signal).batches)).toEqual([
			["a", ...values(2n ** 62n + 1n), at(2)],
		]);
	});

	test("a transformation over a push source sees its rows without tombstones", async () => {
		await append("source_1", 0n, 4, true);
		const derived = view({
			features: [{ name: "n", type: scalar("INT64") }],
			relation: {
				...view({}).relation,
				steps: [{ name: "pushed", sql: "SELECT k, count(*) AS n, max(event_ts) AS event_ts FROM pushed GROUP BY k" }],
			},
		});
		expect((await read(derived))[0]).toEqual([1n, at(2), "PRESENT"]);
		// What SQL made of the rows that were known then; it does not say itself when they were taken in.
		for (const by of [joined, lookingUp]) {
			expect((await read(derived, { kind: "at", at: at(3) }, by))[0]).toEqual([1n, at(2), "PRESENT"]);
			expect((await read(derived, { kind: "at", at: at(1) }, by))[0]?.at(-1)).toBe("NOT_FOUND");
		}
		expect((await read(view({})))[0]?.at(-1)).toBe("NOT_FOUND");
	});

	test("are scanned up to a position alone, in the order in which they came", async () => {
		const pushed = (sql?: string) => ({
			...view({}).relation,
			log: log("source_2"),
			steps: sql === undefined ? [] : [{ name: "pushed", sql }],
		});
		const scanned = async (sql?: string, upTo?: bigint | null): Promise<Value[]> => {
			const positions = upTo === undefined ? null : new Map(upTo === null ? [] : [["source_2", upTo]]);
			const rows = await collect(postgres.scan(pushed(sql), new AbortController().signal, positions).batches);
			return rows.map((row) => row[1] ?? null);
		};
		for (const [v, seconds] of [
			[5n, 3],
			[4n, 2],
			[6n, 1],
		] as const) {
			await append("source_2", v, seconds);
		}
		const store = createPostgresLog(own.database, { now: () => at(9) });
		const last = (await store.positions(["source_2"])).get("source_2") ?? 0n;
		expect(await scanned()).toEqual([5n, 4n, 6n]);
		expect(await scanned(undefined, last)).toEqual([5n, 4n, 6n]);
		expect(await scanned(undefined, last - 1n)).toEqual([5n, 4n]);
		expect(await scanned("SELECT k, v FROM pushed ORDER BY v", last - 1n)).toEqual([4n, 5n]);
		// A log that the positions do not name had no rows yet.
		expect(await scanned(undefined, null)).toEqual([]);
	});

	test("rows pushed into a view over a file lie beside the file's", async () => {
		const path = join(directory, "rows.parquet");
		const batches = (async function* () {
			yield batchOf(columns, [
				["a", ...values(1n), at(1)],
				["b", ...values(2n), at(1)],
			]);
		})();
		await duckdbFrameFiles(testSettings(directory)).write(path, "PARQUET", columns, batches);
		const relation = { origin: { kind: "parquet", path } as const, steps: [], columns: null, log: null };
		const over = view({ relation, log: log("view_1") });
		expect((await read(over)).map((row) => row[0])).toEqual([1n, 2n]);
		await append("view_1", 9n, 3);
		expect(await read(over)).toEqual([
			[...values(9n), at(3), "PRESENT"],
			[...values(2n), at(1), "PRESENT"],
		]);
		await append("view_1", 0n, 4, true);
		expect((await read(over)).map((row) => row.at(-1))).toEqual(["NOT_FOUND", "PRESENT"]);
	});

	test("a connection that is not configured is named, with the nearest that is", async () => {
		const relation = {
			origin: { kind: "postgres", connection: "warehous", table: "t" } as const,
			steps: [],
			columns: null,
			log: null,
		};
		const access = postgresAccess({
			pool: own.database.pool,
			connections: new Map([["warehouse", own.database.pool]]),
			logs: postgresLogReader(own.database.pool, testLimits),
			limits: testLimits,
		});
		const engine = postgresEngine(access);
		await expect(engine.describe(relation)).rejects.toMatchObject({
			code: "SOURCE_FAILED",
			details: { nearest: ["warehouse"] },
		});
	});

	test.each([
		["SELECT * FROM featuregraph.logs", /featuregraph\.logs/],
		["SELECT * FROM featuregraph_log.source_1", /featuregraph_log/],
		["SELECT * FROM pg_authid", /pg_authid/],
		["SELECT * FROM logs", /logs/],
		["SELECT pg_read_file('/etc/passwd') AS v", /pg_read_file/],
		["SELECT ('/etc/passwd'::text).pg_read_file AS v", /pg_read_file/],
		["SELECT (s.path).pg_read_file AS v FROM (SELECT '/etc/passwd' AS path) AS s", /pg_read_file/],
		["SELECT query_to_xml('SELECT 1', true, true, '') AS v", /query_to_xml/],
		["SELECT 1 AS k UNION SELECT 2 FROM featuregraph.logs", /featuregraph\.logs/],
		["WITH gone AS (DELETE FROM featuregraph.logs RETURNING *) SELECT * FROM gone", /only select/],
		["SELECT 'now'::timestamptz AS event_ts", /now/],
		[`SELECT 1${"+1".repeat(5000)} AS v`, /nested too deeply/],
		[`SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)} AS v`, /memory exhausted/],
	])("over the system's own database, %.80s is refused", async (sql, message) => {
		const relation = {
			origin: { kind: "postgres", connection: null, table: null } as const,
			steps: [{ name: "q", sql }],
			columns: null,
			log: null,
		};
		await expect(postgres.describe(relation)).rejects.toMatchObject({
			code: "INVALID_SQL",
			message: expect.stringMatching(message) as string,
		});
	});

	test.each(["featuregraph.projects", "featuregraph_log.source_1", "pgboss.job", "pg_authid", "pg_catalog.pg_shadow"])(
		"over the system's own database, the table %s is refused",
		async (table) => {
			const origin = { kind: "postgres", connection: null, table } as const;
			const relation = { origin, steps: [], columns: null, log: null };
			await expect(postgres.describe(relation)).rejects.toMatchObject({
				code: "INVALID_SQL",
				details: { name: table },
			});
			const read = { ...relation, steps: [{ name: "q", sql: "SELECT * FROM source" }] };
			await expect(postgres.describe(read)).rejects.toMatchObject({ code: "INVALID_SQL" });
		},
	);

	test("a query over tables of the database is a relation", async () => {
		await own.database.pool.query("CREATE TABLE readings AS SELECT 'a' AS k, 5::bigint AS v, 1.5 AS unsupported");
		const relation = {
			origin: { kind: "postgres", connection: null, table: null } as const,
			steps: [{ name: "q", sql: "SELECT * FROM readings" }],
			columns: null,
			log: null,
		};
		expect(await postgres.describe(relation)).toEqual([key, { name: "v", type: scalar("INT64") }]);
	});
});
