/** Arrow files written and read: every type exactly, in bounded memory, and the ones that others write. */
import { statSync } from "node:fs";
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
	Data,
	type DataType,
	DateMillisecond,
	Decimal,
	Dictionary,
	Field,
	Int16,
	Int32,
	LargeUtf8,
	RecordBatch,
	Schema,
	Struct,
	Table,
	TimestampNanosecond,
	TimestampSecond,
	tableFromIPC,
	tableToIPC,
	Uint32,
	Uint64,
	Utf8,
	Utf8View,
	vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrayOf, type Column, formatValueType, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { at, batchOf, collect } from "../../conformance/offline/harness.ts";

let directory: string;
const signal = new AbortController().signal;
beforeAll(async () => {
	directory = await mkdtemp(join(tmpdir(), "featuregraph-arrow-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const columns: readonly Column[] = [
	{ name: "b", type: scalar("BOOL") },
	{ name: "i", type: scalar("INT32") },
	{ name: "l", type: scalar("INT64") },
	{ name: "f", type: scalar("FLOAT32") },
	{ name: "d", type: scalar("FLOAT64") },
	{ name: "s", type: scalar("STRING") },
	{ name: "y", type: scalar("BYTES") },
	{ name: "t", type: scalar("TIMESTAMP") },
	{ name: "a", type: scalar("DATE") },
	{ name: "j", type: scalar("JSON") },
	{ name: "lb", type: arrayOf("BOOL") },
	{ name: "ll", type: arrayOf("INT64") },
	{ name: "ls", type: arrayOf("STRING") },
	{ name: "lt", type: arrayOf("TIMESTAMP") },
	{ name: "ly", type: arrayOf("BYTES") },
];
const values: readonly Value[] = [
	true,
	-2_147_483_648,
	9_223_372_036_854_775_807n,
	Math.fround(0.1),
	-0,
	'O\'Hare "ünï" \u{1f600}',
	new Uint8Array([0, 255, 39]),
	-1n,
	-719_162,
	'{"a":[1,null],"b":"x"}',
	[true, null, false],
	[1n, null, -(2n ** 63n)],
	["", null, ","],
	[at(1)],
	[new Uint8Array(), null, new Uint8Array([7])],
];
const rows = [values, columns.map(() => null), columns.map(({ type }, c) => (type.isArray ? [] : (values[c] ?? null)))];

async function write(name: string, batches: Iterable<ColumnBatch>, of = columns): Promise<string> {
	const path = join(directory, name);
	const stream = (async function* () {
		yield* batches;
	})();
	const { byteCount } = await duckdbFrameFiles(testSettings(directory)).write(path, "ARROW", of, stream);
	expect(byteCount).toBe((await readFile(path)).length);
	return path;
}

async function read(path: string): Promise<{ columns: readonly Column[]; rows: Value[][] }> {
	const { columns: found, batches } = await duckdbFrameFiles(testSettings(directory)).read(path, "ARROW", signal);
	return { columns: found, rows: await collect(batches) };
}

describe("written", () => {
	test("comes back as it went out, whatever the batches", async () => {
		const path = await write("all.arrow", [batchOf(columns, rows.slice(0, 2)), batchOf(columns, rows.slice(2))]);
		expect(await read(path)).toEqual({ columns, rows });
	});

	test("is an Arrow file in types that others know", async () => {
		const bytes = await readFile(await write("types.arrow", [batchOf(columns, rows)]));
		expect(bytes.subarray(0, 6).toString()).toBe("ARROW1");
		const table = tableFromIPC(bytes);
		expect(table.numRows).toBe(3);
		const types = table.schema.fields.map(({ type }) => String(type));
		expect(types.slice(0, 10)).toEqual(
			"Bool Int32 Int64 Float32 Float64 Utf8 Binary Timestamp<MICROSECOND, UTC> Date32<DAY> Utf8".split(/ (?!UTC)/),
		);
		expect(table.getChild("l")?.get(0)).toBe(9_223_372_036_854_775_807n);
		expect(table.getChild("ls")?.get(0)?.toJSON()).toEqual(["", null, ","]);
		expect(table.getChild("s")?.get(1)).toBeNull();
	});

	test("without a row has its columns", async () => {
		expect(await read(await write("none.arrow", []))).toEqual({ columns, rows: [] });
	});

	test("any 64-bit integers, doubles, strings and nulls, in any number", async () => {
		const pair: readonly Column[] = [
			{ name: "l", type: scalar("INT64") },
			{ name: "d", type: scalar("FLOAT64") },
			{ name: "s", type: arrayOf("STRING") },
		];
		const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
		const text = fc
			.tuple(fc.constantFrom("", "\ufeff"), fc.string({ unit: "grapheme" }))
			.map((parts) => parts.join(""));
		const anyRow = fc.tuple(fc.option(int64), fc.option(fc.double()), fc.option(fc.array(fc.option(text))));
		await fc.assert(
			fc.asyncProperty(fc.array(anyRow, { maxLength: 40 }), async (generated) => {
				const path = await write("generated.arrow", [batchOf(pair, generated)], pair);
				expect((await read(path)).rows).toEqual(generated);
			}),
			{ numRuns: 50 },
		);
	});

	test("takes no more batches than it has written", async () => {
		const wide: readonly Column[] = [{ name: "s", type: scalar("STRING") }];
		const batch = { rowCount: 1000, columns: [new Array<Value>(1000).fill("x".repeat(1000))] };
		let ahead = 0;
		const path = join(directory, "many.arrow");
		function* many(): Generator<ColumnBatch> {
			for (let taken = 0; taken < 50; taken++) {
				const written = statSync(`${path}.unfinished-${process.pid}`, { throwIfNoEntry: false })?.size ?? 0;
				ahead = Math.max(ahead, taken * 1_000_000 - written);
				yield batch;
			}
		}
		await write("many.arrow", many(), wide);
		expect((await readFile(path)).length).toBeGreaterThan(50_000_000);
		expect(ahead).toBeLessThan(8_000_000);
		await rm(path);
	});

	test("a failure leaves no file", async () => {
		const path = join(directory, "failed.arrow");
		const failing = (async function* () {
			yield batchOf(columns, rows);
			throw new Error("the rows end here");
		})();
		await expect(duckdbFrameFiles(testSettings(directory)).write(path, "ARROW", columns, failing)).rejects.toThrow(
			"the rows end here",
		);
		expect((await readdir(directory)).filter((name) => name.startsWith("failed"))).toEqual([]);
	});
});

describe("of others", () => {
	const table = (): Table => {
		const column = (type: DataType, buffers: ConstructorParameters<typeof Data>[4]): Data =>
			new Data(type, 0, 2, 0, buffers);
		const fields: [string, Data][] = [
			["seconds", column(new TimestampSecond("Europe/Paris"), [undefined, BigInt64Array.of(-1n, 1n)])],
			["nanos", column(new TimestampNanosecond(), [undefined, BigInt64Array.of(-1n, 1_999n)])],
			["day", column(new DateMillisecond(), [undefined, BigInt64Array.of(-86_400_000n, 86_400_000n)])],
			["small", column(new Int16(), [undefined, Int16Array.of(-3, 3)])],
			["unsigned", column(new Uint32(), [undefined, Uint32Array.of(4_294_967_295, 0)])],
			["huge", column(new Uint64(), [undefined, BigUint64Array.of(1n, 2n)])],
			["money", column(new Decimal(2, 9), [undefined, new Uint32Array(8)])],
			["text", vectorFromArray(["a", "\ufeffb"], new LargeUtf8()).data[0] as Data],
			["word", vectorFromArray(["\ufeffx", null], new Dictionary(new Utf8(), new Int32())).data[0] as Data],
			["view", vectorFromArray(["\ufeff", "\ufeff of more than twelve bytes"], new Utf8View()).data[0] as Data],
		];
		const schema = new Schema(fields.map(([name, { type }]) => new Field(name, type, true)));
		const children = fields.map(([, data]) => data);
		return new Table([new RecordBatch(schema, new Data(new Struct(schema.fields), 0, 2, 0, {}, children))]);
	};

	test.each(["file", "stream"] as const)(
		"as a %s: types and times of every precision; those that we lack are left out",
		async (format) => {
			const path = join(directory, `others-${format}.arrow`);
			await writeFile(path, tableToIPC(table(), format));
			const found = await read(path);
			expect(found.columns.map(({ name, type }) => `${name}: ${formatValueType(type)}`)).toEqual([
				"seconds: timestamp",
				"nanos: timestamp",
				"day: date",
				"small: int32",
				"unsigned: int64",
				"text: string",
				"word: string",
				"view: string",
			]);
			expect(found.rows).toEqual([
				[-1_000_000n, -1n, -1, -3, 4_294_967_295n, "a", "\ufeffx", "\ufeff"],
				[1_000_000n, 1n, 1, 3, 0n, "\ufeffb", null, "\ufeff of more than twelve bytes"],
			]);
		},
	);

	test("what is no Arrow, cut short or missing is told", async () => {
		const whole = await readFile(await write("whole.arrow", [batchOf(columns, rows)]));
		for (const [name, bytes] of [
			["text", Buffer.from("driver_id,event_timestamp\n1,2024-01-01T00:00:00Z\n")],
			["nothing", Buffer.alloc(0)],
			["cut", whole.subarray(0, whole.length - 700)],
		] as const) {
			const path = join(directory, `${name}.arrow`);
			await writeFile(path, bytes);
			await expect(read(path), name).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
		}
		await expect(read(join(directory, "missing.arrow"))).rejects.toMatchObject({ code: "UNREADABLE_FILE" });
	});

	test("an aborted signal ends the reading with its reason", async () => {
		const path = await write("aborted.arrow", [batchOf(columns, rows)]);
		const controller = new AbortController();
		const { batches } = await duckdbFrameFiles(testSettings(directory)).read(path, "ARROW", controller.signal);
		const reason = new Error("cancelled by the test");
		controller.abort(reason);
		await expect(collect(batches)).rejects.toBe(reason);
	});
});

test("columns that nobody reads the rows of hold no file open", async () => {
	const path = await write("unread.arrow", [batchOf(columns, rows)]);
	const held = async () => {
		const files = await readdir("/proc/self/fd").catch(() => []);
		return (await Promise.all(files.map((file) => readlink(`/proc/self/fd/${file}`).catch(() => "")))).filter(
			(target) => target === path,
		).length;
	};
	const { columns: found, batches } = await duckdbFrameFiles(testSettings(directory)).read(path, "ARROW", signal);
	expect(found).toHaveLength(columns.length);
	expect(await held()).toBe(0);
	expect(await collect(batches)).toEqual(rows);
	expect(await held()).toBe(0);
});
