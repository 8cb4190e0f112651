/** Files that come in stretches: in any cut, broken off, begun anew, by writers that know nothing of each other. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { IncomingFiles } from "../../../core/ports/incoming-files.ts";
import { incomingFiles } from "../../../stores/blobs/incoming-files.ts";

let folder: string;
let files: IncomingFiles;
beforeEach(async () => {
	folder = await mkdtemp(join(tmpdir(), "featuregraph-incoming-"));
	files = incomingFiles(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const content = (text: string): Readable => Readable.from([Buffer.from(text)]);
const finished = async (id: string): Promise<string> =>
	readFile(await files.finish(id, await files.received(id)), "utf8");

describe("a file that comes in stretches", () => {
	it("is what was sent, however it is cut and where a sender begins anew", async () => {
		let id = 0;
		await fc.assert(
			fc.asyncProperty(
				fc.string({ minLength: 1, maxLength: 60, unit: "grapheme-ascii" }),
				fc.array(fc.record({ length: fc.integer({ min: 0, max: 20 }), anew: fc.boolean() }), { maxLength: 6 }),
				async (text, cuts) => {
					const name = `file${id++}`;
					let start = 0;
					for (const { length, anew } of cuts) {
						if (anew) start = 0;
						start = await files.append(name, start, content(text.slice(start, start + length)), 1000);
						expect(await files.received(name)).toBe(start);
					}
					await files.append(name, start, content(text.slice(start)), 1000);
					expect(await finished(name)).toBe(text);
					await files.discard(name);
				},
			),
			{ numRuns: 40 },
		);
		expect(await readdir(folder)).toEqual([]);
	});

	it("keeps what came before it broke off, and goes on there alone", async () => {
		const broken = new PassThrough();
		broken.write("hello, ");
		const sending = files.append("a", 0, broken, 100);
		await expect.poll(() => files.received("a")).toBe(7);
		broken.destroy(new Error("reset"));
		await expect(sending).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
		expect(await files.received("a")).toBe(7);
		await expect(files.append("a", 6, content("x"), 100)).rejects.toMatchObject({ code: "CONFLICT" });
		await expect(files.append("a", 8, content("x"), 100)).rejects.toMatchObject({ code: "CONFLICT" });
		expect(await files.append("a", 7, content("world"), 100)).toBe(12);
		expect(await finished("a")).toBe("hello, world");
	});

	it("is not harmed by a sender that was given up and sends on", async () => {
		const late = new PassThrough();
		late.write("abc");
		const given = files.append("a", 0, late, 100);
		await expect.poll(() => files.received("a")).toBe(3);
		// Another process: it shares nothing with the first but the folder.
		const other = incomingFiles(folder);
		await other.append("a", 3, content("def"), 100);
		late.end("XYZ");
		await given;
		expect(await other.received("a")).toBe(6);
		await expect(files.finish("a", 9)).rejects.toMatchObject({ code: "CONFLICT" });
		expect(await finished("a")).toBe("abcdef");
	});

	it("takes no more room for one that is begun anew again and again", async () => {
		for (const text of ["one", "two", "three"]) await files.append("f", 0, content(text), 100);
		expect(await readdir(join(folder, "f"))).toHaveLength(1);
		expect(await finished("f")).toBe("three");
	});

	it("keeps nothing of a stretch that is too long", async () => {
		await files.append("a", 0, content("1234"), 4);
		await expect(files.append("a", 4, content("5678"), 6)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
		expect(await files.received("a")).toBe(4);
		expect(await files.received("b")).toBe(0);
	});
});
