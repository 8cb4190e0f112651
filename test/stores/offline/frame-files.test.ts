/** Frames written to files and read from them, in every format. */
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import { arrayOf, type Column, formatValueType, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { at, batchOf, collect } from "../../conformance/offline/harness.ts";

let directory: string;
const signal = new AbortController().signal;

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "featuregraph-frames-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("frames", () => {
	const columns: Column[] = [
		{ name: "b", type: scalar("BOOL") },
		{ name: "l", type: scalar("INT64") },
		{ name: "d", type: scalar("FLOAT64") },
		{ name: "s", type: scalar("STRING") },
		{ name: "t", type: scalar("TIMESTAMP") },
		{ name: "a", type: scalar("DATE") },
		{ name: "y", type: scalar("BYTES") },
		{ name: "j", type: scalar("JSON") },
		{ name: "x", type: arrayOf("INT64") },
	];
	const rows: Value[][] = [
		[true, 2n ** 62n + 1n, Number.NaN, 'a,"b"\n', 1n, -1, new Uint8Array([0, 255]), '{"a":[1]}', [1n, null]],
		[false, -1n, -0, "", at(0), 0, new Uint8Array(), "null", []],
		columns.map(() => null),
	];
	async function* batches() {
		yield batchOf(columns, rows.slice(0, 1));
		yield batchOf(columns, rows.slice(1));
	}
	const write = async (format: FileFormat): Promise<string> => {
		const path = join(directory, `frame.${format.toLowerCase()}`);
		const { byteCount } = await duckdbFrameFiles(testSettings(directory)).write(path, format, columns, batches());
		expect(byteCount).toBe((await readFile(path)).byteLength);
		return path;
	};

	test("Parquet comes back as it went out", async () => {
		const path = await write("PARQUET");
		const read = await duckdbFrameFiles(testSettings(directory)).read(path, "PARQUET", signal);
		expect(read.columns).toEqual(columns);
		expect(await collect(read.batches)).toEqual(rows);
	});

	test("CSV and NDJSON hold every value as a FeatureValue", async () => {
		expect(await readFile(await write("CSV"), "utf8")).toBe(
			`b,l,d,s,t,a,y,j,x\ntrue,4611686018427387905,NaN,"a,""b""\n",1970-01-01T00:00:00.000001Z,1969-12-31,AP8=,"{""a"":[1]}","[""1"",null]"\n` +
				`false,-1,-0,"",2024-01-01T00:00:00Z,1970-01-01,"",null,[]\n,,,,,,,,\n`,
		);
		const lines = (await readFile(await write("NDJSON"), "utf8")).trimEnd().split("\n");
		expect(JSON.parse(lines[0] ?? "")).toEqual({
			b: true,
			l: "4611686018427387905",
			d: "NaN",
			s: 'a,"b"\n',
			t: "1970-01-01T00:00:00.000001Z",
			a: "1969-12-31",
			y: "AP8=",
			j: { a: [1] },
			x: ["1", null],
		});
		expect(Object.is((JSON.parse(lines[1] ?? "") as { d: number }).d, -0)).toBe(true);
	});

	test.each(["PARQUET", "CSV", "NDJSON", "ARROW"] as const)(
		"%s keeps a U+FEFF at the beginning of a text",
		async (format) => {
			const files = duckdbFrameFiles(testSettings(directory));
			const path = join(directory, `marks.${format.toLowerCase()}`);
			const texts: Value[][] = [
				["a", ["b"]],
				["\ufeff", ["\ufeff", "x\ufeff"]],
				["\ufeff of more than twelve bytes", []],
			];
			const named = [
				{ name: "s", type: scalar("STRING") },
				{ name: "l", type: arrayOf("STRING") },
			];
			const rows = (async function* () {
				yield batchOf(named, texts);
			})();
			await files.write(path, format, named, rows);
			const found = await collect((await files.read(path, format, signal)).batches);
			expect(found.map(([text]) => text)).toEqual(texts.map(([text]) => text));
			// A list in a CSV file is a text of JSON.
			expect(found.map(([, list]) => (format === "CSV" ? JSON.parse(list as string) : list))).toEqual(
				texts.map(([, list]) => list),
			);
		},
	);

	test("CSV and NDJSON of labels are read with their types", async () => {
		const files = duckdbFrameFiles(testSettings(directory));
		await writeFile(join(directory, "l.csv"), "k,ts\na,2024-01-01T00:00:00Z\n,\n");
		await writeFile(join(directory, "l.ndjson"), '{"k":"a","ts":"2024-01-01T00:00:00Z"}\n{"k":null,"ts":null}\n');
		for (const [path, format] of [
			["l.csv", "CSV"],
			["l.ndjson", "NDJSON"],
		] as const) {
			const { columns: found, batches: read } = await files.read(join(directory, path), format, signal);
			expect(found.map(({ name, type }) => `${name} ${formatValueType(type)}`)).toEqual(["k string", "ts timestamp"]);
			expect(await collect(read)).toEqual([
				["a", at(0)],
				[null, null],
			]);
		}
		await writeFile(join(directory, "bad.ndjson"), '{"k":\n');
		await expect(files.read(join(directory, "bad.ndjson"), "NDJSON", signal)).rejects.toMatchObject({
			code: "UNREADABLE_FILE",
		});
	});

	test("a failure leaves no file", async () => {
		const path = join(directory, "failed.parquet");
		const failing = (async function* () {
			yield batchOf(columns, rows);
			throw new Error("the source broke");
		})();
		await expect(duckdbFrameFiles(testSettings(directory)).write(path, "PARQUET", columns, failing)).rejects.toThrow(
			"the source broke",
		);
		expect(
			(await readdir(directory)).filter((name) => name.startsWith("failed") || name.startsWith("scratch")),
		).toEqual([]);
	});
});
