/**
 * Labels in shards, by hand: what is easily lost where one shard ends and the next begins. Every engine says what the oracle
 * does of all labels, whichever shard is asked first.
 */
import { rename } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LabelFrame, OfflineView } from "../../../core/ports/offline-engine.ts";
import { scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { type OracleLabel, type OracleRow, pointInTimeOracle } from "../../oracle/point-in-time.ts";
import { testDatabase } from "../../support/database.ts";
import { duckdbUnderTest } from "./duckdb-under-test.ts";
import {
	at,
	collect,
	type EngineUnderTest,
	placeScenario,
	pointInTime,
	row,
	type Scenario,
	spoolLabels,
} from "./harness.ts";
import { postgresUnderTest } from "./postgres-under-test.ts";

const database = testDatabase();
const inPostgres = (engine: "postgres" | "duckdb", indexed: boolean) => (): Promise<EngineUnderTest> => {
	const { pool } = database.database;
	return postgresUnderTest(pool, pool, { timeType: "timestamptz", indexed, connection: null, engine });
};
const never = new AbortController().signal;
const plain = {
	keys: [
		{ name: "k", type: scalar("STRING") },
		{ name: "n", type: scalar("INT64") },
	],
	features: [
		{ name: "v", type: scalar("FLOAT64") },
		{ name: "w", type: scalar("STRING") },
	],
} as const;

/** Of the hot key: three rows share each time, and one was pushed later. */
const rows: readonly OracleRow[] = [
	...[0, 10, 20, 30].flatMap((second) => [
		row(["hot", 1n], at(second), [second, "a"]),
		row(["hot", 1n], at(second), [second, "c"]),
		row(["hot", 1n], at(second), [second, "b"]),
	]),
	row(["hot", 1n], at(20), [99, "pushed"], { seq: 7n, ingested: at(21) }),
	row(["", 1n], at(5), [1, "no text"]),
	row(["cold", 2n], at(12), [2, "cold"]),
	row(["gone", 1n], at(3), [3, "here"]),
	row(["gone", 1n], at(8), [null, null], { seq: 8n, ingested: at(9), deleted: true }),
];

const shardRows = 5;
const of = (k: string | null, n: bigint | null, second: number | null): OracleLabel => ({
	keys: [k, n],
	ts: second === null ? null : at(second),
});
/** Five a line: a shard. */
const labels: readonly OracleLabel[] = [
	// Nothing that could be found.
	...[of(null, 1n, 9), of("hot", null, 9), of("hot", 1n, null), of("nobody", 1n, 9), of("cold", 2n, 11)],
	// The hot key on both sides, its times shared.
	...[of("cold", 2n, 12), of("hot", 1n, 10), of("hot", 1n, 20), of("hot", 1n, 20), of("hot", 1n, 20)],
	...[of("hot", 1n, 20), of("hot", 1n, 20), of("hot", 1n, 19), of("", 1n, 6), of(null, null, null)],
	// One and the same row throughout, beyond either end.
	...[of("hot", 1n, 35), of("hot", 1n, 35), of("hot", 1n, 35), of("hot", 1n, 35), of("hot", 1n, 35)],
	...[of("hot", 1n, 35), of("gone", 1n, 7), of("gone", 1n, 8), of("gone", 1n, 30), of("hot", 1n, -1)],
	// Nulls alone.
	...[of(null, 1n, null), of("hot", 1n, null), of(null, 1n, 3), of("hot", null, 3), of(null, null, 3)],
	// The last one is shorter.
	...[of("hot", 1n, 1_000), of("cold", 2n, 14)],
];
const shardCount = Math.ceil(labels.length / shardRows);

describe.each([
	["DuckDB over Parquet", () => duckdbUnderTest()],
	["PostgreSQL, rows are looked up by an index", inPostgres("postgres", true)],
	["PostgreSQL, rows are taken to the labels", inPostgres("duckdb", false)],
] as const)("%s", (name, open) => {
	let under: EngineUnderTest;
	beforeAll(async () => {
		under = await open();
	});
	afterAll(() => under.close());

	const keepsTimes = name.startsWith("DuckDB");
	const readsOf = (view: OfflineView) => [{ view, keyColumns: ["k", "n"], features: ["v", "w"] }];

	/** The answers of the shards that are asked, in their order. */
	async function answers(view: OfflineView, frame: LabelFrame, size: number, shards: readonly number[]) {
		const shared = under.join.share(frame);
		const found: Value[][] = [];
		try {
			for (const shard of shards) {
				const first = shard * size;
				const slice = await under.spool.slice(frame, first, Math.min(size, frame.rowCount - first), never);
				try {
					found.push(...(await collect(pointInTime(under, slice, { reads: readsOf(view), shared }))));
				} finally {
					await slice.close();
				}
			}
		} finally {
			await shared.close();
		}
		return found;
	}

	it.each<[string, Scenario]>([
		["without a ttl", { ...plain, rows }],
		["with a ttl, which some labels are beyond", { ...plain, rows, ttl: 5_000_000n }],
		[
			"with a time from which on rows are available",
			{ ...plain, available: "column", rows: rows.map((r) => ({ ...r, available: r.event && r.event + 2_000_000n })) },
		],
	])("duplicates, ties, nulls and a hot key across boundaries, %s", async (_name, scenario) => {
		const { view, oracle } = await placeScenario(under, scenario);
		const frame = await spoolLabels(under, plain.keys, labels);
		const expected = pointInTimeOracle(oracle, scenario.rows, labels, { kind: "event" }).map(
			({ features, event, status }) => [...features, event, status],
		);
		const all = Array.from({ length: shardCount }, (_, shard) => shard);
		const shardsOf = (shards: readonly number[]) =>
			shards.flatMap((shard) => expected.slice(shard * shardRows, (shard + 1) * shardRows));
		try {
			expect(await answers(view, frame, shardRows, all)).toEqual(expected);
			// As one does that goes on in the middle, and back and forth.
			const others = [all.slice(4), [5, 1, 2]];
			for (const shards of keepsTimes ? others : [])
				expect(await answers(view, frame, shardRows, shards)).toEqual(shardsOf(shards));
		} finally {
			await frame.close();
		}
	});

	it("one label row a hundred thousand times", async () => {
		const { view } = await placeScenario(under, { ...plain, rows });
		const frame = await spoolLabels(
			under,
			plain.keys,
			Array.from({ length: 100_000 }, () => of("hot", 1n, 20)),
		);
		try {
			const found = await answers(view, frame, 30_000, [0, 1, 2, 3]);
			expect(found).toHaveLength(100_000);
			expect(new Set(found.map((values) => values.map(String).join()))).toEqual(
				new Set([[99, "pushed", at(20), "PRESENT"].join()]),
			);
		} finally {
			await frame.close();
		}
	});

	if (!keepsTimes) return;

	it("more shards than are looked at at once", async () => {
		const { view, oracle } = await placeScenario(under, { ...plain, rows });
		const asked = labels.slice(5, 25);
		const frame = await spoolLabels(under, plain.keys, asked);
		try {
			const expected = pointInTimeOracle(oracle, rows, asked, { kind: "event" });
			expect(await answers(view, frame, 1, [...asked.keys()])).toEqual(
				expected.map(({ features, event, status }) => [...features, event, status]),
			);
		} finally {
			await frame.close();
		}
	});

	it("after a failure the same shard is answered anew", async () => {
		const { view, oracle } = await placeScenario(under, { ...plain, rows });
		const { origin } = view.relation;
		if (origin.kind !== "parquet") throw new Error("Its rows lie in a file.");
		const { path } = origin;
		const frame = await spoolLabels(under, plain.keys, labels);
		const shared = under.join.share(frame);
		const slice = await under.spool.slice(frame, shardRows, shardRows, never);
		const ask = () => collect(pointInTime(under, slice, { reads: readsOf(view), shared }));
		try {
			await rename(path, `${path}.away`);
			await expect(ask()).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
			await rename(`${path}.away`, path);
			const expected = pointInTimeOracle(oracle, rows, labels.slice(shardRows, 2 * shardRows), { kind: "event" });
			expect(await ask()).toEqual(expected.map(({ features, event, status }) => [...features, event, status]));
		} finally {
			await slice.close();
			await shared.close();
			await frame.close();
		}
	});
});
