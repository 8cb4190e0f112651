import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FrameFiles } from "../../../core/ports/offline-engine.ts";
import { arrayOf, type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { batchOf, collect } from "../../conformance/offline/harness.ts";

const never = new AbortController().signal;
const columns: readonly Column[] = [
	{ name: "n", type: scalar("INT64") },
	{ name: "word", type: scalar("STRING") },
	{ name: "x", type: scalar("FLOAT64") },
	{ name: "at", type: scalar("TIMESTAMP") },
	{ name: "is", type: scalar("BOOL") },
	{ name: "many", type: arrayOf("INT32") },
];
const rowsOf = fc.array(
	fc.tuple(
		fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
		fc.option(fc.constantFrom("", "a", "ä€", "word".repeat(50))),
		fc.option(fc.double({ noNaN: true })),
		fc.option(fc.bigInt({ min: 0n, max: 4_000_000_000_000_000n })),
		fc.option(fc.boolean()),
		fc.option(fc.array(fc.option(fc.integer()), { maxLength: 3 })),
	),
	{ maxLength: 40 },
);

describe("Parquet files made one", () => {
	let folder: string;
	let frames: FrameFiles;
	beforeAll(async () => {
		folder = await mkdtemp(join(tmpdir(), "featuregraph-concatenate-"));
		const settings = { tempDirectory: folder, memoryLimit: "256MB", maxTempDirectorySize: "1GB", threads: 1 };
		frames = duckdbFrameFiles(settings);
	});
	afterAll(() => rm(folder, { recursive: true, force: true }));

	const write = async (name: string, rows: readonly (readonly Value[])[], as = columns): Promise<string> => {
		const path = join(folder, name);
		async function* once() {
			yield batchOf(as, rows);
		}
		await frames.write(path, "PARQUET", as, once());
		return path;
	};
	const readBack = async (path: string): Promise<Value[][]> =>
		collect((await frames.read(path, "PARQUET", never)).batches);

	it("have the rows of all of them, in order, and one content hash with them", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(rowsOf, { minLength: 1, maxLength: 4 }), async (parts) => {
				const paths: string[] = [];
				for (const [index, rows] of parts.entries()) paths.push(await write(`part-${index}.parquet`, rows));
				const whole = join(folder, "whole.parquet");
				await frames.concatenate(paths, whole, never);
				expect(await readBack(whole)).toEqual(parts.flat());
				expect(await frames.hash([whole], columns, never)).toEqual(await frames.hash(paths, columns, never));
			}),
			{ numRuns: 8 },
		);
	});

	it("keep their row groups, and what lets readers skip them", async () => {
		const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
		const connection = await instance.connect();
		const rowsAt = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
		try {
			const paths = [0, 4096, 8192].map((first) => join(folder, `from-${first}.parquet`));
			for (const [index, path] of paths.entries()) {
				await connection.run(
					`COPY (SELECT range AS n, 'word ' || (range // 100) AS word FROM range(${index * 4096}, ${index * 4096 + 4000}))
					TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
				);
			}
			const whole = join(folder, "kept.parquet");
			await frames.concatenate(paths, whole, never);
			const groups = `SELECT row_group_id, row_group_num_rows, stats_min FROM parquet_metadata('${whole}') WHERE column_id = 0`;
			expect(await rowsAt(groups)).toEqual([
				[0n, 2048n, "0"],
				[1n, 1952n, "2048"],
				[2n, 2048n, "4096"],
				[3n, 1952n, "6144"],
				[4n, 2048n, "8192"],
				[5n, 1952n, "10240"],
			]);
			expect(await rowsAt(`SELECT n FROM '${whole}' WHERE n = 11000`)).toEqual([[11_000n]]);
			expect(await rowsAt(`SELECT count(*) FROM '${whole}' WHERE word = 'word 90'`)).toEqual([[100n]]);
			const probe = `SELECT row_group_id FROM parquet_bloom_probe('${whole}', 'word', 'word 90') WHERE NOT bloom_filter_excludes`;
			expect(await rowsAt(probe)).toContainEqual([4n]);
			expect((await rowsAt(probe)).length).toBeLessThan(6);
		} finally {
			connection.closeSync();
			instance.closeSync();
		}
	});

	it("are refused where one has other columns, or is none; nothing is left behind", async () => {
		const good = await write("good.parquet", [[1n, "a", 1, 0n, true, [1]]]);
		const narrow = await write("narrow.parquet", [[1n]], columns.slice(0, 1));
		const text = join(folder, "text.parquet");
		await writeFile(text, "PAR1, it says, and no more than that");
		const broken = join(folder, "broken.parquet");
		const bytes = await readFile(good);
		await writeFile(broken, Buffer.concat([bytes.subarray(0, 40), bytes.subarray(bytes.length - 8)]));
		const before = (await readdir(folder)).length;
		const whole = join(folder, "refused.parquet");
		await expect(frames.concatenate([good, narrow], whole, never)).rejects.toThrow("has other columns");
		await expect(frames.concatenate([good, text], whole, never)).rejects.toThrow("is no Parquet file");
		await expect(frames.concatenate([good, broken], whole, never)).rejects.toThrow();
		await expect(frames.concatenate([good], whole, AbortSignal.abort(new Error("stop")))).rejects.toThrow("stop");
		expect(await readdir(folder)).toHaveLength(before);
	});
});
