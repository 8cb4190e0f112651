import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maxKeyBytes, onlineKey, projectPrefix, viewPrefix } from "../../../core/online/key.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import { anyType, valueOf } from "../../support/arbitrary-values.ts";

const strings: readonly Column[] = [
	{ name: "a", type: scalar("STRING") },
	{ name: "b", type: scalar("STRING") },
];
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("online keys", () => {
	it("differ where the joined texts would not", () => {
		expect(hex(onlineKey(1, 2, strings, ["1", "23"]))).not.toBe(hex(onlineKey(1, 2, strings, ["12", "3"])));
		expect(hex(onlineKey(1, 2, strings, ["", "a"]))).not.toBe(hex(onlineKey(1, 2, strings, ["a", ""])));
		expect(hex(onlineKey(1, 2, strings, ["a\0", ""]))).not.toBe(hex(onlineKey(1, 2, strings, ["a", "\0"])));
	});

	it("are equal exactly for equal entities", () => {
		const columns = fc
			.array(anyType, { minLength: 1, maxLength: 3 })
			.map((types) => types.map((type, i) => ({ name: `k${i}`, type })));
		const entity = (of: readonly Column[]) =>
			fc.tuple(...of.map(({ type }) => valueOf(type).filter((value) => value !== null)));
		fc.assert(
			fc.property(
				columns.chain((of) => fc.tuple(fc.constant(of), entity(of), entity(of))),
				([of, a, b]) => {
					const plain = (value: unknown) =>
						JSON.stringify(value, (_, v: unknown) =>
							typeof v === "bigint"
								? `${v}n`
								: Number.isNaN(v) || v === Number.POSITIVE_INFINITY || v === Number.NEGATIVE_INFINITY
									? String(v)
									: v,
						);
					expect(hex(onlineKey(1, 2, of, a)) === hex(onlineKey(1, 2, of, b))).toBe(plain(a) === plain(b));
				},
			),
			{ numRuns: 2000 },
		);
		const float = [{ name: "k", type: scalar("FLOAT64") }];
		expect(hex(onlineKey(1, 2, float, [-0]))).toBe(hex(onlineKey(1, 2, float, [0])));
	});

	it("begin with their project and their view version", () => {
		const key = hex(onlineKey(7, 300, strings, ["a", "b"]));
		expect(key.startsWith(hex(projectPrefix(7)))).toBe(true);
		expect(key.startsWith(hex(viewPrefix(7, 300)))).toBe(true);
		expect(key.startsWith(hex(viewPrefix(7, 30)))).toBe(false);
	});

	it("end in a hash where they would be long", () => {
		const long = "x".repeat(600);
		const keys = [`${long}1`, `${long}2`].map((value) => onlineKey(1, 2, strings, [value, "b"]));
		expect(keys.map((key) => key.length)).toEqual([43, 43]);
		expect(hex(keys[0] as Uint8Array)).not.toBe(hex(keys[1] as Uint8Array));
		expect(onlineKey(1, 2, strings, ["x".repeat(maxKeyBytes - 13), ""]).length).toBe(maxKeyBytes);
	});

	it("are refused without a value", () => {
		expect(() => onlineKey(1, 2, strings, ["a", null])).toThrow('join key "b"');
	});
});
