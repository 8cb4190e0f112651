/** Arrow files from outside that are damaged, or lie: refused by name, or read, in any case soon and in little memory. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import {
	CompressionType,
	compressionRegistry,
	Dictionary,
	Int32,
	RecordBatchFileWriter,
	RecordBatchStreamWriter,
	Table,
	tableFromIPC,
	Utf8,
	Utf8View,
	vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { readArrowFile } from "../../../stores/offline/arrow/read-arrow.ts";

let directory: string;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "featuregraph-damaged-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const signal = new AbortController().signal;
const long = "a text that is too long for its view";
const table = new Table({
	id: vectorFromArray([1n, 2n, 3n]),
	name: vectorFromArray(["a", null, "c"], new Utf8()),
	word: vectorFromArray(["x", "y", "x"], new Dictionary(new Utf8(), new Int32())),
	seen: vectorFromArray([long, "short", `${long}!`], new Utf8View()),
});
const writers = { file: RecordBatchFileWriter, stream: RecordBatchStreamWriter };
const written = (format: keyof typeof writers, compressionType: CompressionType | null = null): Uint8Array =>
	new writers[format]({ compressionType }).writeAll([...table.batches]).toUint8Array(true);

async function read(bytes: Uint8Array): Promise<unknown[][]> {
	const path = join(directory, randomUUID());
	await writeFile(path, bytes);
	try {
		const { columns, batches } = await readArrowFile(path, signal);
		const rows: unknown[][] = [];
		for await (const { rowCount, columns: values } of batches) {
			for (let row = 0; row < rowCount; row++) rows.push(columns.map((_, c) => values[c]?.[row]));
			expect(rows.length).toBeLessThanOrEqual(100_000);
		}
		return rows;
	} finally {
		await rm(path);
	}
}

const rows = [
	[1n, "a", "x", long],
	[2n, null, "y", "short"],
	[3n, "c", "x", `${long}!`],
];

test.each(["file", "stream"] as const)("what is whole is read, as a %s", async (format) => {
	expect(await read(written(format))).toEqual(rows);
});

test.each(["file", "stream"] as const)("a damaged %s is refused, or read, soon", async (format) => {
	const whole = written(format);
	const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
	await fc.assert(
		fc.asyncProperty(damage, fc.nat(whole.length), async (changes, length) => {
			const bytes = whole.slice(0, format === "file" || length === 0 ? whole.length : length);
			for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
			try {
				await read(bytes);
			} catch (error) {
				if (!(error instanceof FeaturegraphError)) throw error;
				expect(error.code).toBe("UNREADABLE_FILE");
			}
		}),
		{ numRuns: 1000 },
	);
});

const refused = async (bytes: Uint8Array, reason: string): Promise<void> => {
	await expect(read(bytes)).rejects.toMatchObject({
		code: "UNREADABLE_FILE",
		message: expect.stringContaining(reason) as string,
	});
};

/** With a 64-bit number in place of each of another. */
function lying(bytes: Uint8Array, from: bigint, to: bigint): Uint8Array {
	const changed = bytes.slice();
	const view = new DataView(changed.buffer);
	for (let at = 0; at + 8 <= changed.length; at += 4) {
		if (view.getBigInt64(at, true) === from) view.setBigInt64(at, to, true);
	}
	return changed;
}

test("more rows than there are bytes for", async () => {
	const many = new Table({ id: vectorFromArray(Array.from({ length: 77 }, (_, row) => row / 2)) });
	const bytes = new RecordBatchStreamWriter().writeAll([...many.batches]).toUint8Array(true);
	expect(await read(bytes)).toHaveLength(77);
	await refused(lying(bytes, 77n, 2n ** 40n), "cut off");
});

test("batches that are gigabytes, once they are decompressed", async () => {
	// What compresses to more than it was is written as it was.
	const noise = Float64Array.from({ length: 10_000 }, (_, row) => Math.sin(row));
	const columns = Array.from({ length: 5 }, (_, c) => [`c${c}`, vectorFromArray(noise)] as const);
	const bomb = zstdCompressSync(Buffer.alloc(120 * 1024 ** 2));
	compressionRegistry.set(CompressionType.ZSTD, {
		...compressionRegistry.get(CompressionType.ZSTD),
		encode: () => bomb,
	});
	const writer = new RecordBatchStreamWriter({ compressionType: CompressionType.ZSTD });
	const bytes = writer.writeAll([...new Table(Object.fromEntries(columns)).batches]).toUint8Array(true);
	expect(bytes.length).toBeLessThan(1_000_000);
	await refused(bytes, "larger than");
});

test("a footer that names the same rows again and again", async () => {
	const bytes = written("file");
	expect(tableFromIPC(bytes).numRows).toBe(3);
	const again = new RecordBatchFileWriter();
	const blocks = again as unknown as { _recordBatchBlocks: unknown[] };
	for (const batch of table.batches) again.write(batch);
	blocks._recordBatchBlocks.push(...Array.from({ length: 50 }, () => blocks._recordBatchBlocks[0]));
	await refused(again.finish().toUint8Array(true), "names more than it has");
});
