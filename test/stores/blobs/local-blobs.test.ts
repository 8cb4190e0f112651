import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import { openLocalBlobs } from "../../../stores/blobs/local-blobs.ts";

let folder: string;
let blobs: BlobStore;

beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "featuregraph-blobs-"));
	blobs = await openLocalBlobs(join(folder, "blobs"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const contentOf = async (key: string, range?: { start: number; end: number }): Promise<string> =>
	(await buffer(await blobs.read(key, range))).toString();

const incoming = (): Promise<string[]> => readdir(join(folder, "blobs", ".incoming"));

const streamOf = (...chunks: string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

describe("put", () => {
	test("moves a finished file in, over an older one, under another etag", async () => {
		await writeFile(join(folder, "one"), "one");
		await blobs.put("training-sets/a.parquet", join(folder, "one"));
		const first = await blobs.stat("training-sets/a.parquet");
		await writeFile(join(folder, "two"), "second");
		await blobs.put("training-sets/a.parquet", join(folder, "two"));
		const second = await blobs.stat("training-sets/a.parquet");

		expect(first?.byteCount).toBe(3);
		expect(second?.byteCount).toBe(6);
		expect(second?.etag).not.toBe(first?.etag);
		expect(await contentOf("training-sets/a.parquet")).toBe("second");
		await expect(stat(join(folder, "two"))).rejects.toThrow("ENOENT");
	});

	test.runIf(existsSync("/dev/shm"))("takes a file of another file system", async () => {
		const elsewhere = await mkdtemp("/dev/shm/featuregraph-blobs-");
		try {
			await writeFile(join(elsewhere, "file"), "from afar");
			await blobs.put("file", join(elsewhere, "file"));
			expect(await contentOf("file")).toBe("from afar");
			expect(await readdir(elsewhere)).toEqual([]);
			expect(await incoming()).toEqual([]);
		} finally {
			await rm(elsewhere, { recursive: true });
		}
	});
});

describe("write", () => {
	test("streams an upload in", async () => {
		expect(await blobs.write("uploads/1", streamOf("hello, ", "world"), 12)).toEqual({ byteCount: 12 });
		expect(await contentOf("uploads/1")).toBe("hello, world");
		expect(await incoming()).toEqual([]);
	});

	test("refuses the first byte past the limit, and leaves the older blob as it was", async () => {
		await blobs.write("uploads/1", streamOf("old"), 10);
		const refused = blobs.write("uploads/1", streamOf("hello, ", "world"), 11);
		await expect(refused).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
		expect(await contentOf("uploads/1")).toBe("old");
		expect(await incoming()).toEqual([]);
	});

	test("an upload that breaks off leaves nothing behind", async () => {
		const broken = Readable.from(
			(function* () {
				yield Buffer.from("hel");
				throw new Error("connection lost");
			})(),
		);
		await expect(blobs.write("uploads/1", broken, 100)).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
		expect(await blobs.stat("uploads/1")).toBeNull();
		expect(await incoming()).toEqual([]);
	});

	test("so does one whose sender goes away", async () => {
		const gone = new Readable({ read() {} });
		gone.push("hel");
		const written = blobs.write("uploads/1", gone, 100);
		setImmediate(() => gone.destroy());
		await expect(written).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
		expect(await incoming()).toEqual([]);
	});
});

describe("read", () => {
	test("a range has both its ends", async () => {
		await blobs.write("file", streamOf("0123456789"), 10);
		expect(await contentOf("file", { start: 2, end: 4 })).toBe("234");
	});

	test("a blob that is not there is NOT_FOUND; a folder is none", async () => {
		await blobs.write("folder/file", streamOf("x"), 10);
		await expect(blobs.read("nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
		await expect(blobs.read("folder/file/deeper")).rejects.toMatchObject({ code: "NOT_FOUND" });
		await expect(blobs.localPath("nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
		expect(await blobs.stat("folder")).toBeNull();
		expect(await readFile(await blobs.localPath("folder/file"), "utf8")).toBe("x");
	});
});

test("removing is idempotent", async () => {
	await blobs.write("file", streamOf("x"), 10);
	await blobs.remove("file");
	await blobs.remove("file");
	expect(await blobs.stat("file")).toBeNull();
});

test.each([
	"../secret",
	"a/../../b",
	"/etc/passwd",
	"a//b",
	"",
	".incoming/x",
	"a/.b",
	"a\\b",
	"a\0b",
	"x".repeat(513),
])("%j is no key", async (key) => {
	await writeFile(join(folder, "secret"), "secret");
	for (const call of [
		() => blobs.stat(key),
		() => blobs.read(key),
		() => blobs.localPath(key),
		() => blobs.write(key, streamOf("x"), 10),
		() => blobs.put(key, join(folder, "secret")),
		() => blobs.remove(key),
	]) {
		await expect(call()).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
	}
	expect(await readFile(join(folder, "secret"), "utf8")).toBe("secret");
});

test("what a killed process left half written goes after a day, not before", async () => {
	const beside = join(folder, "blobs", ".incoming");
	await mkdir(beside, { recursive: true });
	await writeFile(join(beside, "old"), "x");
	await writeFile(join(beside, "new"), "x");
	const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
	await utimes(join(beside, "old"), twoDaysAgo, twoDaysAgo);
	await openLocalBlobs(join(folder, "blobs"));
	expect(await readdir(beside)).toEqual(["new"]);
});
