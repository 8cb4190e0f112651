import fc from "fast-check";
import { expect, it } from "vitest";
import { compileDecoder } from "../../../core/online/decode.ts";
import { compileColumnsDecoder } from "../../../core/online/decode-columns.ts";
import { compileEncoder } from "../../../core/online/encode.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import { anyType, valueOf } from "../../support/arbitrary-values.ts";

const anyRows = fc.array(anyType, { minLength: 1, maxLength: 6 }).chain((types) =>
	fc.record({
		features: fc.constant(types.map((type, index) => ({ name: `c${index}`, type }))),
		rows: fc.array(fc.record({ deleted: fc.boolean(), values: fc.tuple(...types.map(valueOf)) }), { maxLength: 5 }),
		wanted: fc.shuffledSubarray(
			types.map((_, index) => `c${index}`),
			{ minLength: 1 },
		),
		damaged: fc.nat(60),
	}),
);

it("columns have what rows have, whatever the bytes", () => {
	fc.assert(
		fc.property(anyRows, ({ features, rows, wanted, damaged }) => {
			const layout = onlineLayout(features, []);
			const encode = compileEncoder(layout);
			const packed = rows.map(({ deleted, values }, index) => {
				const bytes = encode({ eventTime: 1n, createdTime: null, tieBreak: [], sequence: 1n, deleted, values });
				// Now and then one that is cut off.
				return index === 0 && damaged < 20 ? bytes.subarray(0, damaged) : bytes;
			});
			const decode = compileDecoder(layout, wanted);
			const decoder = compileColumnsDecoder(layout, wanted);
			const opened = packed.map((bytes) => decoder.open(bytes));
			const expected = packed.map((bytes) => decode(bytes));
			expect(opened.map((row) => row?.isDeleted ?? null)).toEqual(
				expected.map((row) => (typeof row === "string" ? null : row.deleted)),
			);
			const shown = opened.map((row) => (row === null || row.isDeleted ? null : row));
			for (const index of wanted.keys()) {
				const column = expected.map((row) => (typeof row === "string" ? null : (row.values[index] ?? null)));
				expect(decoder.column(index, shown)).toEqual(column);
			}
		}),
		{ numRuns: 200 },
	);
});
