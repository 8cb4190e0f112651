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
	const { isArray, scalar } = place.type;
	// Pushed, not assigned: a list that was made with a length keeps each double in an object of its own.
	const values: Value[] = [];
	for (const row of rows) {
		if (row === null) {
			values.push(null);
			continue;
		}
		const position = positionOf(row, place);
		if (row.buffer[position] === presence.absent) values.push(null);
		else if (isArray) values.push(readArray(row, position + 1, scalar));
		else if (scalar === "FLOAT64") values.push(readDouble(row, position + 1));
		else values.push(readScalar(row, position + 1, scalar));
	}
	return values;
}
