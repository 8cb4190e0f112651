import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compileEncoder } from "../../../core/online/encode.ts";
import { compileKeyEncoder } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
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

it("does not grow for a process that was killed while it read, once it was swept", async () => {
	const path = await mkdtemp(join(tmpdir(), "featuregraph-lmdb-"));
	const store = openLmdbOnlineStore({ path, clock: { now: () => 0n } });
	const key = compileKeyEncoder(1, 1, [{ name: "id", type: scalar("INT64") }]);
	const encode = compileEncoder(onlineLayout([{ name: "a", type: scalar("FLOAT64") }], []));
	let eventTime = 0n;
	const writeAll = (): Promise<unknown> => {
		const value = encode({
			eventTime: ++eventTime,
			createdTime: null,
			tieBreak: [],
			sequence: null,
			deleted: false,
			values: [1],
		});
		return store.write(Array.from({ length: 1000 }, (_, i) => ({ key: key([BigInt(i)]), value, expiresAt: null })));
	};
	/** What the file grows by while the same values are written again and again. */
	const growth = async (): Promise<number> => {
		const sizeOf = async () => (await stat(join(path, "data.mdb"))).size;
		const before = await sizeOf();
		for (let i = 0; i < 30; i++) await writeAll();
		return (await sizeOf()) - before;
	};
	await growth();
	const reader = spawn(process.execPath, [join(import.meta.dirname, "lmdb-reader.ts"), path], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	await once(reader.stdout, "data");
	reader.kill("SIGKILL");
	await once(reader, "exit");
	const kept = await growth();
	expect(kept).toBeGreaterThan(1_000_000);
	await store.sweep();
	expect(await growth()).toBeLessThan(kept / 2);
	await store.close();
	await rm(path, { recursive: true });
});
