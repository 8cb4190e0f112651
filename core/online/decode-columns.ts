/** Reads packed values of many entities by columns: no object per entity, and plain numbers stay plain. */
import type { Value } from "../values/value.ts";
import { type OpenedValue, openValue, placeOf, positionOf } from "./decode.ts";
import { type ColumnPlace, type OnlineLayout, presence } from "./layout.ts";
import { readArray, readDouble, readScalar } from "./read-value.ts";

/** The wanted features of one view version. */
export interface ColumnsDecoder {
	/** Null: the bytes give no row, see `DecodeFailure`. All of the wanted columns lie within what was opened. */
	open(bytes: Uint8Array): OpenedValue | null;
	/** One wanted column of the rows, by its position; null where there is no row. */
	column(index: number, rows: readonly (OpenedValue | null)[]): Value[];
}

export function compileColumnsDecoder(layout: OnlineLayout, wanted: readonly string[]): ColumnsDecoder {
	const places = wanted.map((name) => placeOf(layout, name));
	// Of the columns before the first of variable width one bound tells all.
	const fixedEnd = Math.max(0, ...places.filter(isFixed).map(({ offset, width }) => offset + 1 + width));
	const others = places.filter((place) => !isFixed(place));
	return {
		open(bytes) {
			const opened = openValue(bytes, layout);
			if (typeof opened === "string") return null;
			if (opened.isDeleted) return opened;
			if (opened.body + fixedEnd > opened.end) return null;
			for (const place of others) if (positionOf(opened, place) < 0) return null;
			return opened;
		},
		column: (index, rows) => readColumn(places[index] as ColumnPlace, rows),
	};
}

const isFixed = ({ variableBefore }: ColumnPlace): boolean => variableBefore === 0;

function readColumn(place: ColumnPlace, rows: readonly (OpenedValue | null)[]): Value[] {
	const [first = null] = rows;
	// A list that values are pushed to has room for more of them.
	if (rows.length === 1) return [readPlace(place, first)];
	// Pushed, not assigned: a list that was made with a length keeps each double in an object of its own.
	const values: Value[] = [];
	for (const row of rows) values.push(readPlace(place, row));
	return values;
}

function readPlace(place: ColumnPlace, row: OpenedValue | null): Value {
	if (row === null) return null;
	const { isArray, scalar } = place.type;
	const position = positionOf(row, place);
	if (row.buffer[position] === presence.absent) return null;
	if (isArray) return readArray(row, position + 1, scalar);
	return scalar === "FLOAT64" ? readDouble(row, position + 1) : readScalar(row, position + 1, scalar);
}
