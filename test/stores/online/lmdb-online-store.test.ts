import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compileKeyEncoder } from "../../../core/online/key.ts";
import { scalar } from "../../../core/values/type.ts";
import { openLmdbOnlineStore } from "../../../stores/online/lmdb/lmdb-online-store.ts";

it("keeps every acknowledged write through kill -9 of the process that wrote it", async () => {
	const path = await mkdtemp(join(tmpdir(), "featuregraph-lmdb-"));
	const writer = spawn(process.execPath, [join(import.meta.dirname, "lmdb-writer.ts"), path], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	let acknowledged = -1;
	writer.stdout.setEncoding("utf8").on("data", (text: string) => {
		const lines = text.split("\n").filter((line) => line !== "");
		acknowledged = Math.max(acknowledged, ...lines.map(Number));
		if (acknowledged >= 200) writer.kill("SIGKILL");
	});
	await once(writer, "exit");
	expect(acknowledged).toBeGreaterThanOrEqual(200);

	const store = openLmdbOnlineStore({ path, clock: { now: () => 0n } });
	const key = compileKeyEncoder(1, 1, [{ name: "id", type: scalar("INT64") }]);
	const read = await store.read(Array.from({ length: acknowledged + 1 }, (_, i) => key([BigInt(i)])));
	expect(read.filter((value) => value === null)).toEqual([]);
	await store.close();
	await rm(path, { recursive: true });
});
