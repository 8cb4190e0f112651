/** What file sources may read where folders are set: by patterns that climb, by links, after the definitions were applied. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OfflineEngine, Relation } from "../../../core/ports/offline-engine.ts";
import { duckdbEngine } from "../../../stores/offline/duckdb/engine.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";

let folder: string;
let engine: OfflineEngine;
const relation = (path: string): Relation => ({
	origin: { kind: "csv", path: `${folder}/${path}` },
	steps: [],
	columns: null,
	log: null,
});

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "featuregraph-roots-"));
	for (const name of ["allowed", "allowed-too", "secret"]) {
		await mkdir(join(folder, name));
		await writeFile(join(folder, name, "rows.csv"), "a\n1\n");
	}
	await symlink(join(folder, "secret"), join(folder, "allowed", "folder"));
	await symlink(join(folder, "secret", "rows.csv"), join(folder, "allowed", "file.csv"));
	await symlink(join(folder, "allowed", "rows.csv"), join(folder, "allowed", "inside.csv"));
	const settings = { ...testSettings(folder), fileRoots: [join(folder, "allowed"), join(folder, "not-there")] };
	const logs = {
		async *read() {
			// Nothing was pushed.
		},
	};
	engine = duckdbEngine({ settings, logs });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("files of sources", () => {
	it.each(["allowed/rows.csv", "allowed/r*.csv", "allowed/inside.csv", "secret/../allowed/rows.csv"])(
		"%s lies within",
		async (path) => {
			expect(await engine.describe(relation(path))).toHaveLength(1);
		},
	);

	it.each([
		"secret/rows.csv",
		"allowed-too/rows.csv",
		"allowed/../secret/rows.csv",
		"allowed/{x,..}/secret/*.csv",
		"allowed/[.][.]/secret/rows.csv",
		"allowed/folder/rows.csv",
		"allowed/folder/*.csv",
		"allowed/file.csv",
		"allowed/*.csv",
	])("%s leads out", async (path) => {
		await expect(engine.describe(relation(path))).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
		await expect(engine.fingerprint(relation(path))).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
	});
});

describe("what cannot be read", () => {
	it.each([
		["a damaged file", "damaged.csv", "", /damaged\.csv|delimiter|CSV/i],
		["a line that no longer fits", "long.csv", "", /Line: 30002/],
		["SQL that names another file", "rows.csv", "SELECT * FROM 'secret/rows.csv'", /cannot see/],
		["SQL that is none", "rows.csv", "SELECT b FROM source", /"b" not found/],
	])("is told without a word of where it lies: %s", async (_what, name, sql, told) => {
		await writeFile(join(folder, "allowed", "damaged.csv"), Buffer.from([0x22, 0xff, 0xfe, 0x0a, 0x22, 0x22, 0x80]));
		await writeFile(join(folder, "allowed", "long.csv"), `a\n${"1\n".repeat(30_000)}x\n`);
		const read = relation(`allowed/${name}`);
		const { batches } = engine.scan(
			sql === "" ? read : { ...read, steps: [{ name: "step", sql }] },
			new AbortController().signal,
			new Map(),
		);
		const failure = (async () => {
			for await (const _ of batches);
		})();
		await expect(failure).rejects.toThrow(told);
		await expect(failure).rejects.not.toThrow(folder);
		await expect(failure).rejects.not.toThrow("sample_size");
	});
});
