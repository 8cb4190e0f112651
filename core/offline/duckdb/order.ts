/**
 * Rule 3 as one comparable value: a struct whose comparison is the whole order of rows of one key. DuckDB puts nulls
 * inside a struct last, so each nullable field is a flag and a value. The struct holds the features as well (the last
 * tie-break), so that choosing the greatest struct chooses the row, and nothing has to travel beside it.
 */
import { scalar, type ValueType } from "../../values/type.ts";
import { zeroOf } from "./types.ts";

/** One column of the normalised rows in the order, by its name there. */
export interface OrderField {
	readonly name: string;
	readonly type: ValueType;
}

export interface RowOrder {
	/** SQL of the struct over a normalised row. */
	readonly struct: string;
	/** SQL of a field of the struct `sql`, its nulls restored. */
	field(sql: string, name: string): string;
}

/**
 * Normalised rows have the columns `e` (event), `c` (created), `t0…` (tie-break), `s` (sequence number), `d` (deleted) and
 * those of `features`, all plain. `has`: whether any row can have a created time, and a place in a log.
 */
export function rowOrder(
	tieBreak: readonly ValueType[],
	features: readonly OrderField[],
	has: { readonly created: boolean; readonly log: boolean },
): RowOrder {
	const created: OrderField = { name: "c", type: scalar("TIMESTAMP") };
	const seq: OrderField = { name: "s", type: scalar("INT64") };
	const nullable: OrderField[] = [
		...(has.created ? [created] : []),
		...tieBreak.map((type, i) => ({ name: `t${i}`, type })),
		...(has.log ? [seq] : []),
		...features,
	];
	const types = new Map(nullable.map(({ name, type }) => [name, type]));
	const fields = nullable.map((field) => `${field.name}n: ${field.name} IS NOT NULL, ${field.name}: ${present(field)}`);
	return {
		struct: `{${["e: e", ...fields, "d: d"].join(", ")}}`,
		field(sql, name) {
			if (name === "e" || name === "d") return `${sql}.${name}`;
			const type = types.get(name);
			// Created times and sequence numbers that no row has.
			if (type === undefined) return "CAST(NULL AS BIGINT)";
			const value = type.isArray
				? `list_transform(${sql}.${name}, lambda x: CASE WHEN x.n THEN x.v END)`
				: `${sql}.${name}`;
			return `CASE WHEN ${sql}.${name}n THEN ${value} END`;
		},
	};
}

const element = (type: ValueType, sql: string): string =>
	`list_transform(${sql}, lambda x: {n: x IS NOT NULL, v: coalesce(x, ${zeroOf(type.scalar)})})`;

const emptyList = (type: ValueType): string => element(type, `list_slice([${zeroOf(type.scalar)}], 1, 0)`);

const present = ({ name, type }: OrderField): string =>
	type.isArray ? `coalesce(${element(type, name)}, ${emptyList(type)})` : `coalesce(${name}, ${zeroOf(type.scalar)})`;
