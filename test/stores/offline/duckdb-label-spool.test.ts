/** Labels kept by DuckDB while they are joined, in scratch folders that end with them. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scalar } from "../../../core/values/type.ts";
import { duckdbLabelSpool } from "../../../stores/offline/duckdb/label-spool.ts";
import { removeStaleScratch } from "../../../stores/offline/duckdb/scratch.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { at } from "../../conformance/offline/harness.ts";

let directory: string;

beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "featuregraph-spool-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe("the label spool", () => {
	test("keeps the order of many labels, knows their times, and leaves nothing behind", async () => {
		const columns = [
			{ name: "n", type: scalar("INT64") },
			{ name: "ts", type: scalar("TIMESTAMP") },
		];
		async function* batches() {
			for (let start = 0; start < 300_000; start += 10_000) {
				const ids = Array.from({ length: 10_000 }, (_, i) => BigInt(start + i));
				yield { rowCount: 10_000, columns: [ids, ids.map((id) => (id % 7n === 0n ? null : at(Number(id))))] };
			}
		}
		const frame = await duckdbLabelSpool(testSettings(directory)).write(columns, "ts", batches());
		expect(frame).toMatchObject({ rowCount: 300_000, timeRange: { min: at(1), max: at(299_998) } });
		let next = 0n;
		for await (const batch of frame.read(["n"]))
			for (const id of batch.columns[0] ?? []) expect(id === next++).toBe(true);
		expect(next).toBe(300_000n);
		await frame.close();
		expect((await readdir(directory)).filter((name) => name.startsWith("scratch"))).toEqual([]);
	});

	test("a timestamp column that is missing or none is told", async () => {
		const spool = duckdbLabelSpool(testSettings(directory));
		const columns = [{ name: "n", type: scalar("INT64") }];
		await expect(spool.write(columns, "ts", [])).rejects.toMatchObject({
			code: "LABELS_INVALID",
			details: { name: "ts" },
		});
		await expect(spool.write(columns, "n", [])).rejects.toMatchObject({
			code: "LABELS_INVALID",
			details: { name: "n" },
		});
	});

	test("what a process that is no more left behind is removed, and nothing else", async () => {
		await writeFile(join(directory, "scratch-4194999-left"), "");
		await writeFile(join(directory, `scratch-${process.pid}-mine`), "");
		await removeStaleScratch(directory);
		expect((await readdir(directory)).filter((name) => name.startsWith("scratch"))).toEqual([
			`scratch-${process.pid}-mine`,
		]);
		await rm(join(directory, `scratch-${process.pid}-mine`));
	});
});
