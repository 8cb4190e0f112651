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
