/** Files of others through DuckDB: their types, CSV's conventions, what their SQL cannot reach. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OfflineEngine, OfflineView, Relation } from "../../../core/ports/offline-engine.ts";
import { arrayOf, type Column, formatValueType, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbEngine } from "../../../stores/offline/duckdb/engine.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { at, collect } from "../../conformance/offline/harness.ts";

let directory: string;
let engine: OfflineEngine;
const signal = new AbortController().signal;
const noLogs = {
	async *read() {
		// Nothing was pushed.
	},
};

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "featuregraph-files-"));
	engine = duckdbEngine({ settings: testSettings(directory), logs: noLogs });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const relation = (origin: Relation["origin"], sql?: string, columns: readonly Column[] | null = null): Relation => ({
	origin,
	steps: sql === undefined ? [] : [{ name: "s", sql }],
	columns,
	log: null,
});

async function parquet(name: string, select: string): Promise<Relation["origin"]> {
	const path = join(directory, `${name}.parquet`);
	const instance = await DuckDBInstance.create();
	const connection = await instance.connect();
	await connection.run(`COPY (${select}) TO '${path}' (FORMAT parquet)`);
	connection.closeSync();
	instance.closeSync();
	return { kind: "parquet", path };
}

const rowsOf = (of: Relation): Promise<Value[][]> => collect(engine.scan(of, signal).batches);

describe("types of a Parquet file", () => {
	test("times of every precision come to the microsecond, naive ones as UTC; types that we lack are left out", async () => {
		const origin = await parquet(
			"times",
			`SELECT TIMESTAMP_NS '1969-12-31 23:59:59.999999999' AS ns, TIMESTAMP_MS '2024-01-01 00:00:00.5' AS ms,
			TIMESTAMPTZ '2024-01-01 01:00:00+01' AS tz, TIMESTAMP '2024-01-01 00:00:00' AS naive, DATE '1969-12-31' AS d,
			9223372036854775807 AS l, CAST(255 AS UTINYINT) AS u, CAST('a' AS ENUM ('a', 'b')) AS e,
			CAST(1.5 AS DECIMAL(9, 2)) AS dec, CAST(1 AS HUGEINT) AS huge, TIME '10:00' AS t, {'x': 1} AS st`,
		);
		const columns = await engine.describe(relation(origin));
		expect(columns.map(({ name, type }) => `${name} ${formatValueType(type)}`)).toEqual([
			"ns timestamp",
			"ms timestamp",
			"tz timestamp",
			"naive timestamp",
			"d date",
			"l int64",
			"u int32",
			"e string",
			// DuckDB writes a HUGEINT to Parquet as a double.
			"huge float64",
		]);
		expect(await rowsOf(relation(origin))).toEqual([
			[-1n, at(0.5), at(0), at(0), -1, 9_223_372_036_854_775_807n, 255, "a", 1],
		]);
	});

	test("a declared type takes what converts exactly, and refuses the rest", async () => {
		const origin = await parquet(
			"numbers",
			"SELECT 'a' AS k, TIMESTAMP '2024-01-01' AS event_ts, 1.0::DOUBLE AS d, 1.5::DOUBLE AS h, 7::BIGINT AS i, 1.5::DECIMAL(9,2) AS c",
		);
		const read = async (name: string, type: Column["type"], sql?: string): Promise<Value> => {
			const view: OfflineView = {
				name: "numbers",
				joinKeys: [{ name: "k", type: scalar("STRING") }],
				features: [{ name, type }],
				relation: relation(origin, sql),
				eventTime: "event_ts",
				createdTime: null,
				availableTime: null,
				tieBreak: [],
				ttlMicros: null,
				log: null,
			};
			const rows = await collect(
				engine.latest({ view, from: null, to: at(1), eventRange: null, afterKey: null, signal }),
			);
			return rows[0]?.[1] ?? null;
		};
		expect(await read("d", scalar("INT64"))).toBe(1n);
		expect(await read("i", scalar("INT32"))).toBe(7);
		expect(await read("i", scalar("FLOAT64"))).toBe(7);
		expect(await read("n", scalar("INT64"), "SELECT k, event_ts, sum(i) AS n FROM source GROUP BY ALL")).toBe(7n);
		await expect(read("h", scalar("INT64"))).rejects.toMatchObject({
			code: "SOURCE_FAILED",
			message: expect.stringMatching(/1\.5/) as string,
		});
		await expect(read("c", scalar("FLOAT64"))).rejects.toMatchObject({ code: "INVALID_TYPE", details: { name: "c" } });
		await expect(read("k", scalar("INT64"))).rejects.toMatchObject({ code: "INVALID_TYPE" });
	});
});

describe("CSV", () => {
	test("an empty field is null, a quoted one the empty string; declared types hold", async () => {
		const path = join(directory, "rows.csv");
		await writeFile(path, 'k,n,b,l,t\n1,,AP8=,"[1,null]",2024-01-01T00:00:00Z\n"",7,,,\n');
		const declared: Column[] = [
			{ name: "k", type: scalar("STRING") },
			{ name: "n", type: scalar("INT64") },
			{ name: "b", type: scalar("BYTES") },
			{ name: "l", type: arrayOf("INT64") },
			{ name: "t", type: scalar("TIMESTAMP") },
		];
		const of = relation({ kind: "csv", path }, undefined, declared);
		expect(await engine.describe(of)).toEqual(declared);
		expect(await rowsOf(of)).toEqual([
			["1", null, new Uint8Array([0, 255]), [1n, null], at(0)],
			["", 7n, null, null, null],
		]);
	});

	test.each([true, false])(
		"what is no instant, far down a CSV file, is refused rather than null: declared %s",
		async (isDeclared) => {
			const declared = isDeclared ? [{ name: "seen", type: scalar("TIMESTAMP") }] : null;
			const path = join(directory, "instants.csv");
			const instant = "2024-01-01T00:00:00Z";
			const lines = Array.from({ length: 30_000 }, (_, row) => `${row},${row === 29_000 ? "soon" : instant}`);
			await writeFile(path, `n,seen\n${lines.join("\n")}\n`);
			const of = relation({ kind: "csv", path }, undefined, declared);
			await expect(rowsOf(of)).rejects.toThrow("soon");
			await writeFile(path, `n,seen\n${lines.join("\n").replace("soon", "")}\n`);
			expect((await rowsOf(of)).filter(([, seen]) => seen === null)).toEqual([[29_000n, null]]);
		},
	);

	const far = (value: string): string =>
		Array.from({ length: 30_000 }, (_, n) => (n === 29_000 ? value : n)).join("\n");

	test.each([
		["declared int64", "1.5", scalar("INT64")],
		["declared int32", "-0.5", scalar("INT32")],
		["in the sample alone", "1.5", null],
		["beyond what a double tells", "9007199254740993.4", null],
		["beyond what an int64 tells", "9223372036854775807.4", null],
		["an exponent that leaves a fraction", "12e-1", null],
	])("what is no integer, far down a CSV file, is refused rather than rounded: %s", async (_how, value, type) => {
		const path = join(directory, "integers.csv");
		await writeFile(path, `n\n${far(value)}\n`);
		const of = relation({ kind: "csv", path }, undefined, type && [{ name: "n", type }]);
		await expect(rowsOf(of)).rejects.toMatchObject({
			code: "SOURCE_FAILED",
			message: expect.stringContaining(
				`the column "n" is not exactly of type int${type?.scalar === "INT32" ? 32 : 64}: ${value}`,
			) as string,
		});
	});

	test("integers of CSV files are themselves, whole ones with point or exponent as well", async () => {
		const path = join(directory, "integers.csv");
		const written = ["9007199254740993", "-9223372036854775808", "1.0", "5.", "1.5e1", "1e3", "-0", "007", ""];
		await writeFile(path, `k,n\n${written.map((n) => `a,${n}`).join("\n")}\n`);
		const read = await rowsOf(relation({ kind: "csv", path }, undefined, [{ name: "n", type: scalar("INT64") }]));
		expect(read.map(([, n]) => n)).toEqual([2n ** 53n + 1n, -(2n ** 63n), 1n, 5n, 15n, 1000n, 0n, 7n, null]);
	});

	test("integers of lists in CSV files are refused rather than rounded", async () => {
		const path = join(directory, "lists.csv");
		const of = relation({ kind: "csv", path }, undefined, [{ name: "l", type: arrayOf("INT32") }]);
		await writeFile(path, 'k,l\na,"[1,""2"",null,3.0]"\n');
		expect(await rowsOf(of)).toEqual([["a", [1, 2, null, 3]]]);
		await writeFile(path, 'k,l\na,"[1,1.5]"\n');
		await expect(rowsOf(of)).rejects.toThrow('the column "l" is not exactly of type int32: 1.5');
	});

	test("a value that is not of its type names the file's line", async () => {
		const path = join(directory, "bad.csv");
		await writeFile(path, "k,n\na,1\nb,x\n");
		const of = relation({ kind: "csv", path }, undefined, [{ name: "n", type: scalar("INT64") }]);
		await expect(rowsOf(of)).rejects.toMatchObject({ message: expect.stringMatching(/line: 3|Line: 3/i) as string });
	});
});

describe("files", () => {
	test("a missing file, a folder and a file of another format are told", async () => {
		for (const path of [join(directory, "none.parquet"), directory]) {
			await expect(engine.describe(relation({ kind: "parquet", path }))).rejects.toMatchObject({
				code: "UNREADABLE_FILE",
				details: { name: path },
			});
		}
		const path = join(directory, "text.parquet");
		await writeFile(path, "not parquet at all");
		await expect(engine.describe(relation({ kind: "parquet", path }))).rejects.toMatchObject({
			code: "UNREADABLE_FILE",
		});
	});

	test("several files by a pattern", async () => {
		await parquet("part-1", "SELECT 1 AS n");
		await parquet("part-2", "SELECT 2 AS n");
		const of = relation({ kind: "parquet", path: join(directory, "part-*.parquet") });
		expect(await rowsOf(of)).toEqual([[1], [2]]);
	});

	test("the fingerprint follows the content", async () => {
		const origin = await parquet("printed", "SELECT 1 AS n");
		const before = await engine.fingerprint(relation(origin));
		await parquet("printed", "SELECT 1 AS n");
		expect(await engine.fingerprint(relation(origin))).toBe(before);
		await parquet("printed", "SELECT 2 AS n");
		expect(await engine.fingerprint(relation(origin))).not.toBe(before);
	});

	test.each([
		"SELECT * FROM read_csv('/etc/passwd')",
		"SELECT * FROM '/etc/passwd'",
		"SELECT * FROM read_text('/etc/passwd')",
		"SELECT * FROM glob('/etc/*')",
		"SELECT * FROM query('SELECT 1')",
		"SELECT * FROM duckdb_settings()",
		"SELECT getenv('HOME') AS home",
		"SELECT current_setting('temp_directory') AS t",
		"COPY (SELECT 1) TO '/tmp/x.csv'",
		"ATTACH '/tmp/x.db'",
		"SELECT ago(INTERVAL 1 DAY) AS t",
		"SELECT age(TIMESTAMP '2024-01-01') AS t",
		"SELECT (SELECT uuid()) AS u FROM source",
		"WITH x AS (SELECT * FROM information_schema.tables) SELECT * FROM x",
	])("SQL cannot reach outside: %s", async (sql) => {
		const origin = await parquet("inside", "SELECT 1 AS n");
		await expect(engine.describe(relation(origin, sql))).rejects.toMatchObject({ code: "INVALID_SQL" });
	});
});

describe("what would end the process in DuckDB, which follows JSON by recursion", () => {
	const deep = "repeat('[', 100000) || repeat(']', 100000)";

	test.each([
		`SELECT json_structure(${deep}) AS s`,
		`SELECT json_group_structure(${deep}) AS s FROM source`,
		`SELECT json_merge_patch(${deep}, ${deep}) AS s`,
		`SELECT JSON_CONTAINS(${deep}, ${deep}) AS s`,
		`SELECT json_transform('[]', ${deep}) AS s`,
		`SELECT json.from_json('[]', '${"[".repeat(200)}${"]".repeat(200)}') AS s`,
		`SELECT typeof(CAST(CAST(${deep} AS JSON) AS VARIANT)) AS s`,
		`SELECT CAST(NULL AS STRUCT(a variant[])) AS s`,
		`SELECT 1${"+1".repeat(5000)} AS n`,
	])("is refused in SQL: %.60s", async (sql) => {
		const origin = await parquet("inside", "SELECT 1 AS n");
		await expect(engine.describe(relation(origin, sql))).rejects.toMatchObject({ code: "INVALID_SQL" });
	});

	test("a structure that is written out is none of it", async () => {
		const origin = await parquet("json", `SELECT '{"a": [1, 2]}' AS j`);
		const sql = `SELECT json_transform(j, '{"a": ["BIGINT"]}').a AS a FROM source`;
		expect(await rowsOf(relation(origin, sql))).toEqual([[[1n, 2n]]]);
	});

	const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
	const inString = JSON.stringify(`\\" ${nested(200)}`);
	test.each([
		["deep", [`{"a": ${nested(100_000)}}`], "Line 1 of"],
		["objects", ['{"a": 1}', "", `${'{"a": '.repeat(129)}1`], "Line 3 of"],
		["behind a string", [`{"${inString.slice(1, -1)}": ${nested(128)}}`], "Line 1 of"],
		["as deep as it may", [`{"b": 1, "a": ${nested(127)}}`, `{"b": 1, "a": ${nested(127)}}`], null],
		["in strings", [`{"b": ${inString}}`, '{"b": "["}'], null],
	])("a file of JSON lines, %s", async (name, lines, told) => {
		const path = join(directory, `${name}.ndjson`);
		await writeFile(path, lines.join("\n"));
		const read = duckdbFrameFiles(testSettings(directory)).read(path, "NDJSON", signal);
		if (told === null) expect((await read).columns).toMatchObject([{ name: "b" }]);
		else await expect(read).rejects.toMatchObject({ code: "UNREADABLE_FILE", message: expect.stringContaining(told) });
	});
});
