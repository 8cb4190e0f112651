/** EntityRow JSON to columns of values: a malformed row is told by its index, the others are read. */

import { nearestNames } from "../../../core/errors/nearest.ts";
import type { UserError } from "../../../core/errors/user-error.ts";
import { tryDecodeFeatureValue } from "../../../core/values/feature-value-in.ts";
import { InvalidValue } from "../../../core/values/invalid-value.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import type { OnlineRows } from "./online-columns.ts";

export interface EntityRows extends OnlineRows {
	readonly errors: readonly UserError[];
}

/** Columns that the rows have and nobody needs are left alone. A null join key is none of an error: it is not found. */
export function readEntityRows(
	joinKeys: readonly Column[],
	request: readonly Column[],
	rows: readonly unknown[],
): EntityRows {
	const wanted = [...joinKeys, ...request];
	const columns = wanted.map(() => new Array<Value>(rows.length).fill(null));
	const isBad = new Uint8Array(rows.length);
	const errors: UserError[] = [];
	for (const [index, row] of rows.entries()) {
		const error = readRow(row, index);
		if (error === null) continue;
		errors.push(error);
		isBad[index] = 1;
		for (const column of columns) column[index] = null;
	}
	const byName = new Map(wanted.map(({ name }, i) => [name, columns[i] ?? []]));
	return { rowCount: rows.length, column: (name) => byName.get(name) ?? [], isBad, errors };

	function readRow(row: unknown, index: number): UserError | null {
		if (!isRow(row)) {
			return { code: "INVALID_VALUE", message: `Row ${index} is not an object of columns.`, index, nearest: [] };
		}
		for (const [i, { name, type }] of wanted.entries()) {
			const json = Object.hasOwn(row, name) ? row[name] : undefined;
			if (json === undefined) return lacks(row, index, name, i < joinKeys.length);
			const value = tryDecodeFeatureValue(json, type);
			if (value instanceof InvalidValue) {
				return { ...value.toError(name).toUserError(), message: `Row ${index}, "${name}": ${value.message}.`, index };
			}
			(columns[i] as Value[])[index] = value;
		}
		return null;
	}
}

export const isRow = (row: unknown): row is Readonly<Record<string, unknown>> =>
	typeof row === "object" && row !== null && !Array.isArray(row);

function lacks(row: Readonly<Record<string, unknown>>, index: number, name: string, isKey: boolean): UserError {
	return {
		code: isKey ? "MISSING_JOIN_KEY" : "INVALID_VALUE",
		message: `Row ${index} lacks ${isKey ? "the join key" : "the request column"} "${name}".`,
		index,
		name,
		nearest: nearestNames(name, Object.keys(row).slice(0, 100)),
		hint: isKey ? "Give it, or null where there is no such entity." : "Give it, or null where it is not known.",
	};
}
