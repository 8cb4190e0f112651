/** Where the features of a view version lie in its packed values. docs/online-format.md has the whole format. */
import { type Column, formatValueType, type ScalarType, type ValueType } from "../values/type.ts";
import { checksum } from "./checksum.ts";

/** Of the format. Values of another version are not read. */
export const formatVersion = 1;
/** Version, flags, offset of the columns, checksum. What follows is compared, byte by byte, to tell which value is newer. */
export const headerBytes = 8;

export const flags = {
	/** The entity was deleted at the event time: no columns follow. */
	tombstone: 1,
	/** Offsets take four bytes instead of two. */
	wideOffsets: 2,
	/** Some zeros are negative: the places follow at the end. */
	negativeZeros: 4,
} as const;

/** Before a column. */
export const presence = { absent: 0, present: 1 } as const;
/** Before each element of an array, and at its end. */
export const marker = { end: 0, nullElement: 1, element: 2 } as const;

/** One feature's place. */
export interface ColumnPlace {
	readonly name: string;
	readonly type: ValueType;
	/** Bytes behind the presence byte; 0: variable. */
	readonly width: number;
	/** Bytes from the column's anchor: the start of the columns, or the end of the last variable column before it. */
	readonly offset: number;
	/** How many variable columns lie before it; 0: the anchor is the start. */
	readonly variableBefore: number;
}

export interface OnlineLayout {
	readonly columns: readonly ColumnPlace[];
	/** Types of the tie-break values. */
	readonly tieBreak: readonly ValueType[];
	readonly variableCount: number;
	/** Of the checksum, so that a value read by another layout is found out. */
	readonly seed: number;
}

const widths: Record<ScalarType, number> = {
	BOOL: 1,
	INT32: 4,
	INT64: 8,
	FLOAT32: 4,
	FLOAT64: 8,
	STRING: 0,
	BYTES: 0,
	TIMESTAMP: 8,
	DATE: 4,
	JSON: 0,
};

/** Bytes of a value of a type; 0: variable. */
export const widthOf = ({ scalar, isArray }: ValueType): number => (isArray ? 0 : widths[scalar]);

/** The layout of a view version: its features in order, and the tie-break columns of its source. */
export function onlineLayout(features: readonly Column[], tieBreak: readonly Column[]): OnlineLayout {
	let offset = 0;
	let variableBefore = 0;
	const columns = features.map(({ name, type }) => {
		const width = widthOf(type);
		const place: ColumnPlace = { name, type, width, offset, variableBefore };
		if (width === 0) {
			offset = 0;
			variableBefore++;
		} else {
			offset += 1 + width;
		}
		return place;
	});
	const description = features.map(({ name, type }) => `${name}:${formatValueType(type)}`).join(",");
	return {
		columns,
		tieBreak: tieBreak.map(({ type }) => type),
		variableCount: variableBefore,
		seed: checksum(Buffer.from(description, "utf8"), 0, false),
	};
}
