/**
 * Rule 3 as one comparable value: a struct whose comparison is the whole order of rows of one key. DuckDB puts nulls
 * inside a struct last, so each nullable field is a flag and a value. The struct holds the features as well (the last
 * tie-break), so that choosing the greatest struct chooses the row, and nothing has to travel beside it: but for the sign of
 * -0, which DuckDB compares and gives back as 0. Behind all else that is compared a flag says where it was.
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
	const signs = nullable.filter(({ type }) => isFloat(type)).map((field) => `${signOf(field.name)}: ${sign(field)}`);
	return {
		struct: `{${["e: e", ...fields, "d: d", ...signs].join(", ")}}`,
		field(sql, name) {
			if (name === "e" || name === "d") return `${sql}.${name}`;
			const type = types.get(name);
			// Created times and sequence numbers that no row has.
			if (type === undefined) return "CAST(NULL AS BIGINT)";
			return `CASE WHEN ${sql}.${name}n THEN ${restored(sql, name, type)} END`;
		},
	};
}

const isFloat = ({ scalar }: ValueType): boolean => scalar === "FLOAT32" || scalar === "FLOAT64";

const signOf = (name: string): string => `${name}z`;

const isNegativeZero = (sql: string): string => `${sql} = 0 AND signbit(${sql})`;

/** Whether a value is -0; of a list, which ones are. */
const sign = ({ name, type }: OrderField): string =>
	type.isArray ? `list_transform(${name}, lambda x: ${isNegativeZero("x")})` : isNegativeZero(name);

/** The value of a field that is not null, with its sign. */
function restored(sql: string, name: string, type: ValueType): string {
	const signed = (value: string, at: string): string =>
		isFloat(type) ? `CASE WHEN ${sql}.${signOf(name)}${at} THEN -${value} ELSE ${value} END` : value;
	if (!type.isArray) return signed(`${sql}.${name}`, "");
	const parameters = isFloat(type) ? "x, n" : "x";
	return `list_transform(${sql}.${name}, lambda ${parameters}: CASE WHEN x.n THEN ${signed("x.v", "[n]")} END)`;
}

const element = (type: ValueType, sql: string): string =>
	`list_transform(${sql}, lambda x: {n: x IS NOT NULL, v: coalesce(x, ${zeroOf(type.scalar)})})`;

const emptyList = (type: ValueType): string => element(type, `list_slice([${zeroOf(type.scalar)}], 1, 0)`);

const present = ({ name, type }: OrderField): string =>
	type.isArray ? `coalesce(${element(type, name)}, ${emptyList(type)})` : `coalesce(${name}, ${zeroOf(type.scalar)})`;
