import fc from "fast-check";
import { expect, test } from "vitest";
import { compileEncoder, type OnlineRowIn } from "../../../core/online/encode.ts";
import { type BatchColumns, compileBatchEncoder } from "../../../core/online/encode-batch.ts";
import { onlineLayout, widthOf } from "../../../core/online/layout.ts";
import { bytesAt } from "../../../core/online/packed-batch.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { fixedItems, plainBatch, type Vector } from "../../../core/values/vector.ts";
import { anyShape, type RowShape, rowOf } from "../../support/arbitrary-online-rows.ts";

const int64 = scalar("INT64");
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

function vectorOf({ type }: Pick<Column, "type">, values: readonly Value[]): Vector {
	const items = fixedItems(type, values.length);
	if (items === null) return values;
	const nulls = values.some((value) => value === null) ? new Uint8Array(values.length) : null;
	for (const [row, value] of values.entries()) {
		// What lies under a null is anything.
		if (value === null && nulls !== null) nulls[row] = 1;
		const under = type.scalar === "FLOAT64" ? -0 : (items[row] ?? null);
		(items as unknown as Value[])[row] = value ?? under;
	}
	return { items, nulls };
}

function columnsOf(shape: RowShape, rows: readonly OnlineRowIn[], sequenceOtherwise: bigint | null): BatchColumns {
	return {
		eventTime: vectorOf(
			{ type: int64 },
			rows.map(({ eventTime }) => eventTime),
		),
		createdTime: vectorOf(
			{ type: int64 },
			rows.map(({ createdTime }) => createdTime),
		),
		tieBreak: shape.tieBreak.map((column, t) =>
			vectorOf(
				column,
				rows.map(({ tieBreak }) => tieBreak[t] ?? null),
			),
		),
		sequence: vectorOf(
			{ type: int64 },
			rows.map(({ sequence }) => sequence),
		),
		sequenceOtherwise,
		deleted: vectorOf(
			{ type: scalar("BOOL") },
			rows.map(({ deleted }) => deleted),
		),
		values: shape.features.map((column, f) =>
			vectorOf(
				column,
				rows.map(({ values }) => values[f] ?? null),
			),
		),
	};
}

const isFixedShape = ({ features, tieBreak }: RowShape): boolean =>
	[...features, ...tieBreak].every(({ type }) => widthOf(type) > 0);
const fixedShape = anyShape.map(({ features, tieBreak }): RowShape => {
	const fixed = (columns: readonly Column[]) => columns.filter(({ type }) => widthOf(type) > 0);
	return { features: [...fixed(features), { name: "last", type: scalar("FLOAT64") }], tieBreak: fixed(tieBreak) };
});
const batchOf = (shape: fc.Arbitrary<RowShape>) =>
	shape.chain((each) => fc.tuple(fc.constant(each), fc.array(rowOf(each), { minLength: 1, maxLength: 12 })));

test("rows of fixed width are packed column by column as each is by itself, any part of them", () => {
	fc.assert(
		fc.property(batchOf(fixedShape), fc.nat(), fc.option(fc.constant(-5n)), ([shape, rows], split, otherwise) => {
			const layout = onlineLayout(shape.features, shape.tieBreak);
			const encodeRow = compileEncoder(layout);
			const expected = rows.map((row) => hex(encodeRow({ ...row, sequence: row.sequence ?? otherwise })));
			const columns = columnsOf(shape, rows, otherwise);
			const encode = compileBatchEncoder(layout);
			const middle = split % (rows.length + 1);
			const actual = [
				[0, middle],
				[middle, rows.length],
			].flatMap(([from = 0, to = 0]) => {
				const packed = encode?.(columns, from, to);
				return packed == null ? [] : Array.from(packed.ends, (_, i) => hex(bytesAt(packed, i)));
			});
			expect(actual).toEqual(expected);
		}),
		{ numRuns: 600 },
	);
});

test("other layouts, columns that no typed array holds, and rows without an event time are left to the row", () => {
	fc.assert(
		fc.property(anyShape, (shape) => {
			const encode = compileBatchEncoder(onlineLayout(shape.features, shape.tieBreak));
			expect(encode !== null).toBe(isFixedShape(shape));
		}),
	);
	const shape: RowShape = { features: [{ name: "f", type: scalar("FLOAT64") }], tieBreak: [] };
	const encode = compileBatchEncoder(onlineLayout(shape.features, []));
	const row = { eventTime: 1n, createdTime: null, tieBreak: [], sequence: null, deleted: false, values: [1.5] };
	const columns = columnsOf(shape, [row], null);
	expect(encode?.(columns, 0, 1)).not.toBeNull();
	expect(encode?.({ ...columns, values: [[1.5]] }, 0, 1)).toBeNull();
	expect(encode?.({ ...columns, eventTime: vectorOf({ type: int64 }, [null]) }, 0, 1)).toBeNull();
});

test("a tie-break column that the rows lack is null", () => {
	const shape: RowShape = {
		features: [{ name: "f", type: scalar("INT32") }],
		tieBreak: [{ name: "t", type: scalar("INT64") }],
	};
	const layout = onlineLayout(shape.features, shape.tieBreak);
	const row = { eventTime: 1n, createdTime: null, tieBreak: [null], sequence: 3n, deleted: false, values: [7] };
	const packed = compileBatchEncoder(layout)?.({ ...columnsOf(shape, [row], null), tieBreak: [null] }, 0, 1);
	expect(packed == null ? null : hex(bytesAt(packed, 0))).toBe(hex(compileEncoder(layout)(row)));
});

test("vectors are the values they were made of", () => {
	fc.assert(
		fc.property(batchOf(anyShape), ([shape, rows]) => {
			const columns = shape.features.map((column, f) =>
				vectorOf(
					column,
					rows.map(({ values }) => values[f] ?? null),
				),
			);
			expect(plainBatch({ rowCount: rows.length, columns }).columns).toEqual(
				shape.features.map((_, f) => rows.map(({ values }) => values[f] ?? null)),
			);
		}),
		{ numRuns: 300 },
	);
});
