/** Cells of pushed rows, by row and column of their log, whichever form the rows came in. */
import type { ErrorCode } from "../../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import type { ReceivedRows } from "../../../core/ports/arrow-streams.ts";
import { tryDecodeFeatureValue } from "../../../core/values/feature-value-in.ts";
import type { InvalidValue } from "../../../core/values/invalid-value.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { isRow } from "../read/entity-rows.ts";
import { receivedColumn } from "../received-columns.ts";

export interface PushedCells {
	readonly rowCount: number;
	/** What is wrong with a row as a whole. */
	problemOf(row: number): Omit<UserError, "path" | "index"> | null;
	/** Undefined where the row says nothing of the column. */
	valueAt(row: number, column: number): Value | InvalidValue | undefined;
	/** Is it a time without an offset, which was taken as UTC? */
	isNaive(row: number, column: number): boolean;
}

const withOffset = /(?:[zZ]|[+-]\d\d:\d\d)$/;
const isWithoutOffset = (value: unknown): boolean => typeof value === "string" && !withOffset.test(value);

/** Rows that are objects of EntityRow JSON; each has columns of its own. */
export function jsonCells(rows: readonly unknown[], columns: readonly Column[]): PushedCells {
	const names = columns.map(({ name }) => name);
	const jsonAt = (row: number, column: number): unknown => {
		const object = rows[row] as Readonly<Record<string, unknown>>;
		const name = names[column] ?? "";
		return Object.hasOwn(object, name) ? object[name] : undefined;
	};
	return {
		rowCount: rows.length,
		problemOf(index) {
			const row = rows[index];
			if (!isRow(row)) return { code: "INVALID_VALUE", message: "It is not an object of columns.", nearest: [] };
			const unknown = Object.keys(row).find((name) => !names.includes(name));
			return unknown === undefined ? null : unknownColumn(unknown, names);
		},
		valueAt(row, column) {
			const json = jsonAt(row, column);
			const type = columns[column]?.type;
			return json === undefined || type === undefined ? undefined : tryDecodeFeatureValue(json, type);
		},
		isNaive: (row, column) => columns[column]?.type.scalar === "TIMESTAMP" && isWithoutOffset(jsonAt(row, column)),
	};
}

/** Typed columns. Throws where a column is none of the log's, or never holds values of its type: that is no matter of a row. */
export function columnCells(given: ReceivedRows, columns: readonly Column[]): PushedCells {
	const names = columns.map(({ name }) => name);
	for (const name of [...given.columns.keys(), ...given.leftOut.keys()]) {
		if (names.includes(name)) continue;
		const { code, message, ...details } = unknownColumn(name, names);
		throw new FeaturegraphError(code, message, details);
	}
	const values = columns.map((column) => receivedColumn(given, column));
	const texts = columns.map(({ name, type }) => {
		const column = given.columns.get(name);
		return type.scalar === "TIMESTAMP" && column?.type.scalar === "STRING" ? column.values() : null;
	});
	return {
		rowCount: given.rowCount,
		problemOf: () => null,
		valueAt: (row, column) => values[column]?.[row],
		isNaive: (row, column) => isWithoutOffset(texts[column]?.[row]),
	};
}

const longestNameTold = 200;
const mostNamesTold = 30;

function unknownColumn(name: string, names: readonly string[]) {
	const shown = name.slice(0, longestNameTold);
	return {
		code: "UNKNOWN_COLUMN" satisfies ErrorCode,
		message: `There is no column "${shown}".`,
		name: shown,
		nearest: nearestNames(shown, names),
		hint: `The columns are ${names.slice(0, mostNamesTold).join(", ")}.`,
	} as const;
}
