/** Rows as they came, in one of three forms: a selection says later which of their columns it takes, and of which types. */
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import type { ReceivedRows } from "../../../core/ports/arrow-streams.ts";
import { tryDecodeFeatureValue } from "../../../core/values/feature-value-in.ts";
import { InvalidValue } from "../../../core/values/invalid-value.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { receivedColumn } from "../received-columns.ts";
import { type EntityRows, readEntityRows } from "./entity-rows.ts";

/** Names of columns are the caller's, of any length and in any number: so much of them is looked at and told. */
const mostNamesCompared = 100;
const longestNameTold = 200;
const told = (name: string): string => name.slice(0, longestNameTold);

export interface GivenRows {
	readonly rowCount: number;
	read(joinKeys: readonly Column[], request: readonly Column[]): EntityRows;
}

export const rowObjects = (rows: readonly unknown[]): GivenRows => ({
	rowCount: rows.length,
	read: (joinKeys, request) => readEntityRows(joinKeys, request, rows),
});

/** Columns of FeatureValue JSON. All are of one length, or BAD_USER_INPUT. */
export function jsonColumns(given: ReadonlyMap<string, readonly unknown[]>): GivenRows {
	const [first = ["", []]] = given;
	const rowCount = first[1].length;
	for (const [name, values] of given) {
		if (values.length !== rowCount) {
			throw new FeaturegraphError(
				"BAD_USER_INPUT",
				`The column "${told(name)}" has ${values.length} values, "${told(first[0])}" has ${rowCount}.`,
				{ name: told(name), hint: "Every column has one value for each row; null where there is none." },
			);
		}
	}
	return { rowCount, read: (joinKeys, request) => readColumns(joinKeys, request, rowCount, given, readJson) };
}

function readJson(values: readonly unknown[], { name, type }: Column, rows: ReadRows): readonly Value[] {
	return values.map((json, row) => {
		const value = tryDecodeFeatureValue(json, type);
		return value instanceof InvalidValue ? rows.refuse(row, name, value.message) : value;
	});
}

/** Typed columns: the values that the same rows would have as JSON, where they are of another type as well. */
export function receivedRows(given: ReceivedRows): GivenRows {
	const { rowCount, columns, leftOut } = given;
	const names: ReadonlyMap<string, unknown> =
		leftOut.size === 0 ? columns : new Map<string, unknown>([...columns, ...leftOut]);
	const readReceived = (_: unknown, column: Column, rows: ReadRows): readonly Value[] => {
		const values = receivedColumn(given, column) ?? [];
		if (areValues(values)) return values;
		return values.map((value, row) =>
			value instanceof InvalidValue ? rows.refuse(row, column.name, value.message) : value,
		);
	};
	return { rowCount, read: (joinKeys, request) => readColumns(joinKeys, request, rowCount, names, readReceived) };
}

const areValues = (values: readonly (Value | InvalidValue)[]): values is readonly Value[] =>
	!values.some((value) => value instanceof InvalidValue);

/** A class, since an object of functions would be made, with all that they know, for every request. */
class ReadRows implements EntityRows {
	readonly rowCount: number;
	readonly isBad: Uint8Array;
	readonly errors: UserError[] = [];
	readonly #columns = new Map<string, readonly Value[]>();

	constructor(rowCount: number) {
		this.rowCount = rowCount;
		this.isBad = new Uint8Array(rowCount);
	}

	column(name: string): readonly Value[] {
		return this.#columns.get(name) ?? [];
	}

	add(name: string, values: readonly Value[]): void {
		this.#columns.set(name, values);
	}

	/** Notes that a row cannot be read; the value that stands in its place. */
	refuse(row: number, name: string, reason: string): null {
		if (this.isBad[row] === 0) {
			const message = `Row ${row}, "${name}": ${reason}.`;
			this.errors.push({ code: "INVALID_VALUE", message, index: row, name, nearest: [] });
		}
		this.isBad[row] = 1;
		return null;
	}
}

function readColumns<Given>(
	joinKeys: readonly Column[],
	request: readonly Column[],
	rowCount: number,
	given: ReadonlyMap<string, Given>,
	read: (given: Given, column: Column, rows: ReadRows) => readonly Value[],
): EntityRows {
	const rows = new ReadRows(rowCount);
	const take = (column: Column, isKey: boolean): void => {
		const found = given.get(column.name);
		if (found === undefined) throw lacks(column.name, isKey, given.keys());
		rows.add(column.name, read(found, column, rows));
	};
	for (const column of joinKeys) take(column, true);
	for (const column of request) take(column, false);
	rows.errors.sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
	return rows;
}

const lacks = (name: string, isKey: boolean, given: MapIterator<string>): FeaturegraphError =>
	new FeaturegraphError(
		isKey ? "MISSING_JOIN_KEY" : "BAD_USER_INPUT",
		`The rows lack the ${isKey ? "join key" : "request column"} "${name}".`,
		{
			name,
			nearest: nearestNames(name, given.take(mostNamesCompared).map(told)),
			hint: "Give the column, with null where a row has no value.",
		},
	);
