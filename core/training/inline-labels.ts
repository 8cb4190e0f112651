/** Label rows given as JSON objects: decoded column by column, in declared types where there are any. */

import { nearestNames } from "../errors/nearest.ts";
import type { UserError } from "../errors/user-error.ts";
import { tryDecodeFeatureValue } from "../values/feature-value-in.ts";
import { inferCommonType } from "../values/infer-type.ts";
import { InvalidValue } from "../values/invalid-value.ts";
import { type Column, scalar } from "../values/type.ts";
import type { ColumnBatch, Value } from "../values/value.ts";

export interface InlineLabels {
	readonly columns: readonly Column[];
	readonly batch: ColumnBatch;
	/** One per row that is malformed, by index; its values are null. */
	readonly rowErrors: readonly UserError[];
}

type JsonRow = Readonly<Record<string, unknown>>;

/**
 * `required` are the columns that every row must have (join keys, request data, the timestamp), in their declared
 * types; a null is a value. All other columns get the one type that holds all their values.
 */
export function decodeInlineLabels(rows: readonly unknown[], required: readonly Column[]): InlineLabels {
	const objects = rows.map((row): JsonRow => (isObject(row) ? row : {}));
	const names = new Set(required.map(({ name }) => name));
	for (const row of objects) for (const name of Object.keys(row)) names.add(name);
	const columns = [...names].map(
		(name): Column =>
			required.find((column) => column.name === name) ?? {
				name,
				type: inferCommonType(objects.map((row) => row[name])) ?? scalar("STRING"),
			},
	);
	const errors = new Map<number, UserError>();
	const report = (index: number, error: UserError): void => {
		if (!errors.has(index)) errors.set(index, { ...error, index });
	};
	rows.forEach((row, index) => {
		if (!isObject(row)) report(index, { code: "INVALID_VALUE", message: "The row is not an object.", nearest: [] });
	});
	const values = columns.map(({ name, type }) => {
		const mustBe = required.some((column) => column.name === name);
		return objects.map((row, index): Value => {
			if (mustBe && row[name] === undefined) {
				report(index, missing(name, Object.keys(row)));
				return null;
			}
			const value = tryDecodeFeatureValue(row[name], type);
			if (!(value instanceof InvalidValue)) return value;
			const error = value.toError(name).toUserError();
			const isTime = mustBe && type.scalar === "TIMESTAMP" && !type.isArray;
			report(index, isTime ? { ...error, code: "INVALID_TIMESTAMP" } : error);
			return null;
		});
	});
	return {
		columns,
		batch: { rowCount: rows.length, columns: values },
		rowErrors: [...errors.values()].sort((a, b) => (a.index ?? 0) - (b.index ?? 0)),
	};
}

const isObject = (row: unknown): row is JsonRow => typeof row === "object" && row !== null && !Array.isArray(row);

const missing = (name: string, present: readonly string[]): UserError => ({
	code: "MISSING_JOIN_KEY",
	message: `The row lacks the column "${name}".`,
	name,
	nearest: nearestNames(name, present),
	hint: "Every label row has the join keys, the request data and the timestamp; a value may be null.",
});
