/** Floating-point numbers come out of every way as they went in: 0 and -0 are equal, and yet two values; NaN is one. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OfflineView } from "../../../core/ports/offline-engine.ts";
import { arrayOf, type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { duckdbFrameParts } from "../../../stores/offline/duckdb/frame-parts.ts";
import { testDatabase } from "../../support/database.ts";
import { duckdbUnderTest, testSettings } from "./duckdb-under-test.ts";
import { at, batchOf, collect, type EngineUnderTest, placeScenario, pointInTime, row, spoolLabels } from "./harness.ts";
import { postgresUnderTest } from "./postgres-under-test.ts";

const never = new AbortController().signal;
const keys: readonly Column[] = [{ name: "k", type: scalar("STRING") }];
const features: readonly Column[] = [
	{ name: "v32", type: scalar("FLOAT32") },
	{ name: "v64", type: scalar("FLOAT64") },
	{ name: "vs32", type: arrayOf("FLOAT32") },
	{ name: "vs64", type: arrayOf("FLOAT64") },
];
const numbers = [0, -0, Number.NaN, 1.5, Number.NEGATIVE_INFINITY, null] as const;
/** Of each number as many as a dictionary needs to pay, and either zero first in some column. */
const entities = Array.from({ length: 48 }, (_, n) => `k${String(n).padStart(2, "0")}`);
const valuesOf = (n: number): Value[] => {
	const number = (shift: number): number | null => numbers[(n + shift) % numbers.length] ?? null;
	return [number(0), number(1), [number(1), number(0), number(0)], [number(0), number(2), number(1)]];
};

const database = testDatabase();
const inPostgres =
	(engine: "postgres" | "duckdb", indexed: boolean): (() => Promise<EngineUnderTest>) =>
	() => {
		const { pool } = database.database;
		return postgresUnderTest(pool, pool, { timeType: "timestamptz", indexed, connection: null, engine });
	};

describe.each([
	["DuckDB over Parquet", () => duckdbUnderTest()],
	["PostgreSQL, labels are taken to the rows", inPostgres("postgres", false)],
	["PostgreSQL, rows are looked up by an index", inPostgres("postgres", true)],
	["PostgreSQL, rows are taken to the labels", inPostgres("duckdb", false)],
] as const)("%s", (_name, open) => {
	let under: EngineUnderTest;
	beforeAll(async () => {
		under = await open();
	});
	afterAll(() => under.close());

	const expected = entities.map((_, n) => [...valuesOf(n), at(1), "PRESENT"]);
	const placed = async (isLogged: boolean): Promise<OfflineView> => {
		const rows = entities.map((k, n) =>
			row([k], at(1), valuesOf(n), isLogged ? { seq: BigInt(n + 1), ingested: at(1) } : {}),
		);
		return (await placeScenario(under, { keys, features, rows })).view;
	};

	async function answered(view: OfflineView): Promise<void> {
		const labels = entities.map((k) => ({ keys: [k], ts: at(2) }));
		const frame = await spoolLabels(under, keys, labels);
		const shared = under.join.share(frame);
		const reads = [{ view, keyColumns: ["k"], features: features.map(({ name }) => name) }];
		try {
			expect(await collect(pointInTime(under, frame, { reads }))).toEqual(expected);
			expect(await collect(pointInTime(under, frame, { reads, shared }))).toEqual(expected);
			const found = await collect(
				under.engine.latest({ view, from: null, to: at(9), eventRange: null, afterKey: null, signal: never }),
			);
			expect(found.map((values) => values.slice(0, 5))).toEqual(entities.map((k, n) => [k, ...valuesOf(n)]));
		} finally {
			await shared.close();
			await frame.close();
		}
	}

	it("of rows as they lie", async () => answered(await placed(false)));
	it("of pushed rows", async () => answered(await placed(true)));
	it("of pushed rows, the last one of several of a time", async () => {
		const rows = entities.flatMap((k, n) =>
			[n + 2, n + 1, n].map((value, i) =>
				row([k], at(1), valuesOf(value), { seq: BigInt(3 * n + i + 1), ingested: at(1) }),
			),
		);
		await answered((await placeScenario(under, { keys, features, rows })).view);
	});
	it("of rows of a file of the same time, as their tie-break says", async () => {
		const rows = entities.flatMap((k, n) =>
			[1, 0].map((rank) => row([k], at(1), valuesOf(n + 1 - rank), { tieBreak: [rank] })),
		);
		const tieBreak = [{ name: "rank", type: scalar("FLOAT64") }];
		await answered((await placeScenario(under, { keys, features, tieBreak, rows })).view);
	});
	it("of rows that SQL computes", async () => {
		const view = await placed(false);
		await answered({
			...view,
			relation: { ...view.relation, steps: [{ name: "computed", sql: "SELECT * FROM source" }] },
		});
	});
	it("of label rows, in the file of a training set", async () => {
		const folder = await mkdtemp(join(tmpdir(), "featuregraph-floats-"));
		const columns: Column[] = [...keys, ...features, { name: "ts", type: scalar("TIMESTAMP") }];
		const rows = entities.map((k, n) => [k, ...valuesOf(n), at(2)]);
		const names = columns.map(({ name }) => name);
		const frame = await under.spool.write(columns, "ts", [batchOf(columns, rows)]);
		const slice = await under.spool.slice(frame, 1, 40, never);
		try {
			expect(await collect(frame.read(names))).toEqual(rows);
			expect(await collect(slice.read(names))).toEqual(rows.slice(1, 41));
			const path = join(folder, "drawn.parquet");
			const reads = [{ view: await placed(false), keyColumns: ["k"], features: ["v64", "vs64"] }];
			const outputs = [
				...names.map((column) => ({ kind: "label", column }) as const),
				...["v64", "vs64"].map((feature) => ({ kind: "feature", read: 0, feature, name: `read_${feature}` }) as const),
			];
			await under.join.write(frame, { reads, outputs, known: { kind: "event" }, positions: null, signal: never }, path);
			const { batches } = await duckdbFrameFiles(testSettings(folder)).read(path, "PARQUET", never);
			expect(await collect(batches)).toEqual(rows.map((values) => [...values, values[2], values[4]]));
		} finally {
			await slice.close();
			await frame.close();
			await rm(folder, { recursive: true, force: true });
		}
	});
});

describe("a file of more rows than a group of them", () => {
	const columns: Column[] = [{ name: "v", type: scalar("FLOAT64") }, ...keys];
	const batchRows = 13_000;
	/** Of zeros alone, of long runs, and of all numbers one after the other. */
	const kinds: readonly ((n: number) => number | null)[] = [
		(n) => (n % 2 === 0 ? 0 : -0),
		(n) => [0, -0, 1][Math.floor(n / 1000) % 3] ?? null,
		(n) => numbers[n % numbers.length] ?? null,
	];

	it.each(kinds)("is what was written, and so are its parts (%#)", async (valueOf) => {
		const folder = await mkdtemp(join(tmpdir(), "featuregraph-floats-"));
		try {
			const files = duckdbFrameFiles(testSettings(folder));
			const [path, part] = [join(folder, "frame.parquet"), join(folder, "part.parquet")];
			const values = Array.from({ length: 10 * batchRows }, (_, n) => valueOf(n));
			await files.write(path, "PARQUET", columns, batches(values));
			const read = async (file: string) =>
				(await collect((await files.read(file, "PARQUET", never)).batches)).map(([v]) => v);
			const differ = (found: readonly unknown[]) => values.filter((value, n) => !Object.is(value, found[n])).length;
			expect(differ(await read(path))).toBe(0);
			const whole = { kind: "entity", columns: ["k"], salt: "s", parts: [{ name: "all", share: 1 }] } as const;
			await duckdbFrameParts(testSettings(folder)).write(
				[path],
				{ columns, timestampColumn: "k" },
				whole,
				0,
				part,
				never,
			);
			expect(differ(await read(part))).toBe(0);
		} finally {
			await rm(folder, { recursive: true, force: true });
		}
	});

	async function* batches(values: readonly Value[]) {
		for (let first = 0; first < values.length; first += batchRows) {
			yield batchOf(
				columns,
				values.slice(first, first + batchRows).map((value) => [value, "k"]),
			);
		}
	}
});
