import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileDecoder, type OnlineRow } from "../../../core/online/decode.ts";
import { compileEncoder, type OnlineRowIn } from "../../../core/online/encode.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import { isNewer } from "../../../core/online/order.ts";
import { arrayOf, type Column, scalar, scalarTypes, type ValueType } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { anyShape, compareRows, rowOf } from "../../support/arbitrary-online-rows.ts";
import { valueOf } from "../../support/arbitrary-values.ts";

const row = (values: readonly Value[], more: Partial<OnlineRowIn> = {}): OnlineRowIn => ({
	eventTime: 1_700_000_000_000_000n,
	createdTime: null,
	tieBreak: [],
	sequence: null,
	deleted: false,
	values,
	...more,
});

const column = (name: string, type: ValueType): Column => ({ name, type });
const everyType = scalarTypes.flatMap((type) => (type === "JSON" ? [scalar(type)] : [scalar(type), arrayOf(type)]));
const tenDoubles = Array.from({ length: 10 }, (_, i) => column(`d${i}`, scalar("FLOAT64")));

describe("packed values", () => {
	it.each(everyType)("give back every value of $scalar (array: $isArray), among columns of any width", (type) => {
		const features = [
			column("before", scalar("STRING")),
			column("it", type),
			column("again", type),
			column("after", scalar("FLOAT64")),
		];
		const layout = onlineLayout(features, []);
		const encode = compileEncoder(layout);
		const decode = compileDecoder(layout, ["after", "again", "it"]);
		fc.assert(
			fc.property(valueOf(scalar("STRING")), valueOf(type), valueOf(type), (text, a, b) => {
				const decoded = decode(encode(row([text, a, b, -0]))) as OnlineRow;
				expect(decoded).toEqual({ eventTime: 1_700_000_000_000_000n, deleted: false, values: [-0, b, a] });
			}),
			{ numRuns: 150 },
		);
	});

	it("keep strings with U+0000 and large values", () => {
		const features = [column("s", scalar("STRING")), column("b", scalar("BYTES")), column("n", scalar("INT32"))];
		const layout = onlineLayout(features, []);
		const values = ["a\0b\0", new Uint8Array(70_000).fill(0), -5];
		const decoded = compileDecoder(layout, ["s", "b", "n"])(compileEncoder(layout)(row(values))) as OnlineRow;
		expect(decoded.values).toEqual(values);
		const tooLarge = row(["x".repeat(1 << 20), null, null]);
		expect(() => compileEncoder(layout)(tooLarge)).toThrow("1048576 bytes");
		expect(() => compileEncoder(layout)(row(["x".repeat(1 << 23), null, null]))).toThrow("1048576 bytes");
	});

	it("are small: ten doubles take 109 bytes, 125 with created time and sequence", () => {
		const encode = compileEncoder(onlineLayout(tenDoubles, []));
		const values = tenDoubles.map((_, i) => i / 3);
		expect(encode(row(values)).length).toBe(109);
		expect(encode(row(values, { createdTime: 1n, sequence: 1n })).length).toBe(125);
	});

	it("hold tombstones", () => {
		const layout = onlineLayout(tenDoubles, []);
		const bytes = compileEncoder(layout)(row([], { deleted: true, eventTime: -7n }));
		expect(compileDecoder(layout, ["d1", "d0"])(bytes)).toEqual({
			eventTime: -7n,
			deleted: true,
			values: [null, null],
		});
	});

	it("are ordered by their bytes as rule 3 orders the rows", () => {
		fc.assert(
			fc.property(
				anyShape.chain((shape) => fc.tuple(fc.constant(shape), rowOf(shape), rowOf(shape))),
				([shape, a, b]) => {
					const encode = compileEncoder(onlineLayout(shape.features, shape.tieBreak));
					const order = compareRows(a, b, shape);
					const [packedA, packedB] = [encode(a), encode(b)];
					if (order !== 0)
						expect([isNewer(packedA, packedB), isNewer(packedB, packedA)]).toEqual([order > 0, order < 0]);
					// Rows that differ in the signs of zeros alone may come in either order, but one at most is newer.
					else expect(isNewer(packedA, packedB) && isNewer(packedB, packedA)).toBe(false);
				},
			),
			{ numRuns: 5000 },
		);
	});

	it("are ordered column by column, nulls lowest, where all times are equal", () => {
		const shape = { features: [column("a", scalar("INT32")), column("b", scalar("STRING"))], tieBreak: [] };
		const encode = compileEncoder(onlineLayout(shape.features, []));
		const ascending = [
			[null, "z"],
			[-1, null],
			[0, null],
			[0, ""],
			[0, "a"],
			[0, "a\u0001"],
			[0, "b"],
			[1, null],
		].map((values) => encode(row(values)));
		for (let i = 1; i < ascending.length; i++) {
			expect(isNewer(ascending[i] as Uint8Array, ascending[i - 1] as Uint8Array), `${i}`).toBe(true);
		}
		expect(isNewer(encode(row([0, "a"])), encode(row([0, "a"])))).toBe(false);
	});

	it("keep their order where the offsets grow to two full bytes", () => {
		const features = [column("s", scalar("STRING"))];
		const encode = compileEncoder(onlineLayout(features, []));
		for (const length of [65_270, 65_277, 65_278, 65_279, 65_280, 65_533, 65_540]) {
			const text = "x".repeat(length);
			expect(isNewer(encode(row([`${text}\0`])), encode(row([text]))), `${length}`).toBe(true);
			expect(isNewer(encode(row([text])), encode(row([`${text}\0`]))), `${length}`).toBe(false);
		}
	});
});

describe("damaged values", () => {
	it("are failures, never rows and never crashes, whatever byte changes or is missing", () => {
		fc.assert(
			fc.property(
				anyShape.chain((shape) => fc.tuple(fc.constant(shape), rowOf(shape))),
				fc.nat(),
				fc.integer({ min: 1, max: 255 }),
				([shape, written], place, change) => {
					const layout = onlineLayout(shape.features, shape.tieBreak);
					const decode = compileDecoder(
						layout,
						shape.features.map(({ name }) => name),
					);
					const bytes = compileEncoder(layout)(written);
					expect(typeof decode(bytes)).toBe("object");
					const damaged = Uint8Array.from(bytes);
					const at = place % bytes.length;
					damaged[at] = (damaged[at] as number) ^ change;
					expect(decode(damaged)).toBe(at === 0 ? "UNKNOWN_FORMAT" : "CORRUPT");
					expect(decode(bytes.subarray(0, at))).toBe("CORRUPT");
					expect(decode(Buffer.concat([bytes, Buffer.of(change)]))).toBe("CORRUPT");
				},
			),
			{ numRuns: 2000 },
		);
	});

	it("are failures when random, and when read by the layout of another view version", () => {
		const layout = onlineLayout(tenDoubles, []);
		const decode = compileDecoder(layout, ["d0"]);
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
				expect(typeof decode(bytes)).toBe("string");
				if (bytes.length > 0) bytes[0] = 1;
				expect(decode(bytes)).toBe("CORRUPT");
			}),
		);
		const other = onlineLayout([column("d0", scalar("INT64")), ...tenDoubles.slice(1)], []);
		expect(compileDecoder(other, ["d0"])(compileEncoder(layout)(row(tenDoubles.map(() => 1))))).toBe("CORRUPT");
	});
});
