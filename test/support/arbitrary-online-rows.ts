/** Generators of online rows that collide in their times on purpose, and the naive order over them. */
import fc from "fast-check";
import type { OnlineRowIn } from "../../core/online/encode.ts";
import { compareValues } from "../../core/values/compare.ts";
import { type Column, scalar } from "../../core/values/type.ts";
import type { Value } from "../../core/values/value.ts";
import { anyType, valueOf } from "./arbitrary-values.ts";

export interface RowShape {
	readonly features: readonly Column[];
	readonly tieBreak: readonly Column[];
}

const columns = (prefix: string, least: number, most: number): fc.Arbitrary<Column[]> =>
	fc
		.array(anyType, { minLength: least, maxLength: most })
		.map((types) => types.map((type, index) => ({ name: `${prefix}${index}`, type })));

export const anyShape: fc.Arbitrary<RowShape> = fc.record({
	features: columns("f", 1, 6),
	tieBreak: columns("t", 0, 2),
});

const valuesOf = (of: readonly Column[]): fc.Arbitrary<Value[]> => fc.tuple(...of.map(({ type }) => valueOf(type)));
const few = (values: readonly bigint[]) => fc.constantFrom(...values);

export function rowOf(shape: RowShape): fc.Arbitrary<OnlineRowIn> {
	return fc.record({
		eventTime: few([-1n, 0n, 1n, 1_700_000_000_000_000n]),
		createdTime: fc.option(few([-5n, 0n, 7n])),
		tieBreak: valuesOf(shape.tieBreak),
		sequence: fc.option(few([1n, 2n, 2n ** 40n])),
		deleted: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
		values: valuesOf(shape.features),
	});
}

/** Rule 3, column by column. */
export function compareRows(a: OnlineRowIn, b: OnlineRowIn, shape: RowShape): number {
	const time = scalar("INT64");
	return (
		compareValues(a.eventTime, b.eventTime, time) ||
		compareValues(a.createdTime, b.createdTime, time) ||
		compareColumns(a.tieBreak, b.tieBreak, shape.tieBreak) ||
		compareValues(a.sequence, b.sequence, time) ||
		Number(a.deleted) - Number(b.deleted) ||
		(a.deleted ? 0 : compareColumns(a.values, b.values, shape.features))
	);
}

function compareColumns(a: readonly Value[], b: readonly Value[], of: readonly Column[]): number {
	for (const [index, { type }] of of.entries()) {
		const order = compareValues(a[index] as Value, b[index] as Value, type);
		if (order !== 0) return order;
	}
	return 0;
}
