import {
	BufferType,
	Data,
	DateMillisecond,
	Field,
	Float64,
	Int64,
	Schema,
	Table,
	TimestampMillisecond,
	TimestampSecond,
	tableToIPC,
	Utf8,
	Vector,
	vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { arrowStreams } from "../../../stores/offline/arrow/arrow-streams.ts";
import { anyType, valueOf } from "../../support/arbitrary-values.ts";

const anyColumns = fc
	.array(anyType, { minLength: 1, maxLength: 4 })
	.chain((types) =>
		fc
			.integer({ min: 0, max: 20 })
			.chain((rowCount) =>
				fc.tuple(
					...types.map((type, index) =>
						fc
							.array(valueOf(type), { minLength: rowCount, maxLength: rowCount })
							.map((values) => ({ name: `c${index}`, type, values })),
					),
				),
			),
	);

it("what was written is read, of every type", () => {
	fc.assert(
		fc.property(anyColumns, (columns) => {
			const rowCount = columns[0]?.values.length ?? 0;
			const { rowCount: read, columns: received } = arrowStreams.read(arrowStreams.write(columns, rowCount, {}), 20);
			expect(read).toBe(rowCount);
			expect([...received].map(([name, { type, values }]) => ({ name, type, values: values() }))).toEqual(columns);
		}),
		{ numRuns: 100 },
	);
});

const some = tableToIPC(
	new Table({
		id: vectorFromArray([1n, 2n, 3n], new Int64()),
		name: vectorFromArray(["a", null, "c"], new Utf8()),
		of: vectorFromArray([1, 2, 3], new Float64()),
	}),
	"stream",
);

it.each([
	["two columns of one name", ["id", "id"], 'the column "id" stands twice'],
	["a column without a name", ["id", null], "a column has no name"],
])("%s are refused: nobody could say which is meant", (_, names, reason) => {
	const fields = names.map((name) => new Field(name as string, new Int64()));
	const bytes = tableToIPC(new Table(new Schema(fields)), "stream");
	expect(() => arrowStreams.read(bytes, 10)).toThrow(reason);
});

it.each([
	["seconds", new TimestampSecond(), 2n ** 62n],
	["milliseconds", new TimestampMillisecond(), -(2n ** 62n)],
	["a date", new DateMillisecond(), 2n ** 62n],
])("a time of %s beyond what is kept is refused", (_, type, raw) => {
	const data = new Data(type, 0, 1, 0, { [BufferType.DATA]: BigInt64Array.of(raw) });
	const table = new Table({ at: new Vector([data]) });
	const column = arrowStreams.read(tableToIPC(table, "stream"), 10).columns.get("at");
	expect(column).toBeDefined();
	expect(() => column?.values()).toThrow("a time or date is out of range");
});

it("a stream that is cut off is read to its end, whatever lies behind it in memory", () => {
	const outcome = (bytes: Uint8Array): unknown => {
		try {
			return arrowStreams.read(bytes, 10).rowCount;
		} catch (error) {
			return (error as FeaturegraphError).code;
		}
	};
	const outcomes = Array.from({ length: some.length }, (_, length) => {
		// Bodies of requests lie in a pool; what is behind one is the rest of another here.
		const inPool = outcome(some.subarray(0, length));
		expect(inPool, `of ${length} bytes`).toBe(outcome(some.slice(0, length)));
		return inPool;
	});
	// The schema alone, and all but the mark of its end.
	expect(outcomes.filter((read) => read !== "BAD_USER_INPUT")).toEqual([0, 3]);
});

it("a text that is not UTF-8 is refused by its column, and U+FFFD as it was written is one", () => {
	const textsOf = (...texts: readonly Uint8Array[]) => {
		const offsets = [0];
		for (const { length } of texts) offsets.push((offsets.at(-1) ?? 0) + length);
		const data = new Data(new Utf8(), 0, texts.length, 0, {
			[BufferType.OFFSET]: Int32Array.from(offsets),
			[BufferType.DATA]: new Uint8Array(Buffer.concat(texts)),
		});
		const bytes = tableToIPC(new Table({ city: new Vector([data]) }), "stream");
		return arrowStreams.read(bytes, 10).columns.get("city")?.values();
	};
	expect(textsOf(Buffer.from("é"), Buffer.from("\ufffd"))).toEqual(["é", "\ufffd"]);
	// Each whole as a column, and none of them as a text.
	for (const texts of [[Uint8Array.of(0xff)], [Uint8Array.of(0xc3), Uint8Array.of(0xa9)]]) {
		expect(() => textsOf(...texts)).toThrow(
			'The column "city" of the Arrow stream cannot be read: a text is not UTF-8',
		);
	}
});

it("a damaged stream is refused or read, in any case soon", () => {
	const damage = fc.array(fc.tuple(fc.nat(some.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
	fc.assert(
		fc.property(damage, fc.nat(some.length), (changes, length) => {
			const bytes = some.slice(0, length === 0 ? some.length : length);
			for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
			try {
				const { columns, leftOut } = arrowStreams.read(bytes, 1000);
				for (const { values } of columns.values()) expect(values().length).toBeLessThanOrEqual(1000);
				for (const name of [...columns.keys(), ...leftOut.keys()]) expect(name).toBeTypeOf("string");
			} catch (error) {
				if (!(error instanceof FeaturegraphError)) throw error;
				expect(["BAD_USER_INPUT", "LIMIT_EXCEEDED"]).toContain(error.code);
			}
		}),
		{ numRuns: 2000 },
	);
});
