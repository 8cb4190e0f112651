/** The rows of a view in one shape, whatever they come from: `k0…` (keys), `a` (available), `i` (taken in), and those of `rowOrder`. */
import { FeaturegraphError } from "../../errors/featuregraph-error.ts";
import type { Known, OfflineView } from "../../ports/offline-engine.ts";
import type { LogDefinition } from "../../ports/offline-log.ts";
import { type Column, formatValueType, scalar, type ValueType } from "../../values/type.ts";
import type { Micros } from "../../values/value.ts";
import { type ViewColumns, viewColumnsOf } from "../view-columns.ts";
import { type RowOrder, rowOrder } from "./order.ts";
import { bigint, identifier } from "./sql-text.ts";
import { plainType, toPlain, valueTypeOf } from "./types.ts";

/** A view whose columns have been looked at: all that the builders of SQL need. */
export interface DuckdbView {
	readonly view: OfflineView;
	readonly columns: ViewColumns;
	readonly tieBreakTypes: readonly ValueType[];
	readonly order: RowOrder;
	/** Whether any row can have a created time, and a place in a log. */
	readonly has: { readonly created: boolean; readonly log: boolean };
	/** SQL of the relation, to stand behind FROM. */
	readonly relation: string;
	/** DuckDB type by column of the relation. */
	readonly types: ReadonlyMap<string, string>;
	/** Table that holds the rows of the view's log (plain values, with `__seq`, `__ingested_at`, `__deleted`), where it has any. */
	readonly log: { readonly table: string; readonly definition: LogDefinition } | null;
}

const timestamp = scalar("TIMESTAMP");

/** Checks the columns and types of the relation. Throws UNKNOWN_COLUMN and INVALID_TYPE. */
export function duckdbView(
	view: OfflineView,
	relation: string,
	types: ReadonlyMap<string, string>,
	log: DuckdbView["log"],
): DuckdbView {
	const columns = viewColumnsOf(view, new Set(types.keys()));
	const tieBreakTypes = columns.tieBreak.map((column) => tieBreakType(view, column, types.get(column) ?? ""));
	const has = { created: hasCreated(view, columns, log), log: log !== null };
	const features = view.features.map(({ type }, f) => ({ name: `f${f}`, type }));
	return { view, columns, tieBreakTypes, order: rowOrder(tieBreakTypes, features, has), has, relation, types, log };
}

const hasCreated = (view: OfflineView, columns: ViewColumns, log: DuckdbView["log"]): boolean =>
	columns.created !== null || (log !== null && view.createdTime !== null);

function tieBreakType(view: OfflineView, column: string, duckdbType: string): ValueType {
	const type = valueTypeOf(duckdbType);
	if (type !== null) return type;
	throw mismatch(view, column, duckdbType, "one that can break ties");
}

export interface RowBounds {
	/** Bounds of the event time, both inclusive. */
	readonly from: Micros | null;
	readonly to: Micros | null;
	readonly known: Known;
}

/** SELECT of all rows that have their keys and an event time within the bounds, as far as known. */
export function viewRows(target: DuckdbView, bounds: RowBounds): string {
	const parts = [relationRows(target, bounds)];
	if (target.log !== null) parts.push(logRows(target, target.log, bounds));
	const union = parts.join("\nUNION ALL\n");
	const known = bounds.known.kind === "at" ? ` AND i <= ${bigint(bounds.known.at)}` : "";
	const available = target.columns.available === null ? "" : " AND a IS NOT NULL";
	const keys = target.view.joinKeys.map((_, k) => `k${k} IS NOT NULL AND `).join("");
	return `SELECT * FROM (\n${union}\n) WHERE ${keys}e IS NOT NULL${known}${available}`;
}

/** Whether constant bounds on the event time spare reading: row groups of a Parquet file, with no SQL in between. */
export const areRowsPruned = ({ view: { relation } }: Pick<DuckdbView, "view">): boolean =>
	relation.origin.kind === "parquet" && relation.steps.length === 0;

/** The rows to be computed once and stored: what SQL yields may take far longer to compute than to read. */
export const computedRows = (target: DuckdbView, bounds: RowBounds): string =>
	`SELECT ${storedColumns(target).join(", ")} FROM (\n${viewRows(target, bounds)}\n)`;

/** The rows that `computedRows` gave, now in the relation `from`, in the shape of `viewRows`. */
export function storedRows(target: DuckdbView, from: string): string {
	const stored = storedColumns(target);
	const absent = ["c", "a", "s", "i"].filter((name) => !stored.includes(name));
	const constants = [...absent.map((name) => `${nullOf(timestamp)} AS ${name}`)];
	if (!stored.includes("d")) constants.push("false AS d");
	return `SELECT ${[...stored, ...constants].join(", ")} FROM ${from}`;
}

/** Those of the normalised columns that can differ from row to row. */
export function storedColumns({ view, columns, tieBreakTypes, has }: DuckdbView): string[] {
	const names = [...keyNames(view.joinKeys), "e"];
	if (has.created) names.push("c", "i");
	else if (has.log) names.push("i");
	if (columns.available !== null) names.push("a");
	if (has.log) names.push("s", "d");
	return [...names, ...tieBreakTypes.map((_, t) => `t${t}`), ...view.features.map((_, f) => `f${f}`)];
}

function relationRows(target: DuckdbView, bounds: RowBounds): string {
	const { view, columns, types } = target;
	const plain = (column: string, type: ValueType): string => {
		const duckdbType = types.get(column) ?? "";
		const sql = toPlain(identifier(column), duckdbType, type);
		if (sql === undefined) throw mismatch(view, column, duckdbType, `declared as ${formatValueType(type)}`);
		return sql;
	};
	const created = columns.created === null ? null : plain(columns.created, timestamp);
	const fields = [
		...view.joinKeys.map(({ name, type }, k) => `${plain(name, type)} AS k${k}`),
		`${plain(view.eventTime, timestamp)} AS e`,
		`${created ?? nullOf(timestamp)} AS c`,
		`${columns.available === null ? nullOf(timestamp) : plain(columns.available, timestamp)} AS a`,
		...columns.tieBreak.map((column, t) => `${plain(column, target.tieBreakTypes[t] ?? timestamp)} AS t${t}`),
		`${nullOf(scalar("INT64"))} AS s`,
		`${created ?? nullOf(timestamp)} AS i`,
		"false AS d",
		...view.features.map(({ name, type }, f) => `${plain(name, type)} AS f${f}`),
	];
	const event = identifier(view.eventTime);
	const conditions = timeConditions(event, types.get(view.eventTime) ?? "", bounds);
	const where = conditions.length === 0 ? "" : `\nWHERE ${conditions.join(" AND ")}`;
	return `SELECT ${fields.join(", ")}\nFROM ${target.relation}${where}`;
}

/** On the column as it stands, so that the statistics of a Parquet file's row groups apply. */
function timeConditions(column: string, duckdbType: string, { from, to }: RowBounds): string[] {
	const comparable = ["TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "DATE"].includes(duckdbType);
	const instant = (at: Micros): string => {
		const naive = `make_timestamp(${bigint(at)})`;
		return duckdbType === "TIMESTAMP WITH TIME ZONE" ? `CAST(${naive} AS TIMESTAMPTZ)` : naive;
	};
	// Nanoseconds are floored to microseconds first: compared as they are, the upper bound would cut off a fraction.
	const value = comparable || duckdbType === "TIMESTAMP WITH TIME ZONE" ? column : `CAST(${column} AS TIMESTAMP)`;
	const conditions: string[] = [];
	if (from !== null) conditions.push(`${value} >= ${instant(from)}`);
	if (to !== null) conditions.push(`${value} <= ${instant(to)}`);
	return conditions;
}

function logRows(
	{ view, columns, tieBreakTypes }: DuckdbView,
	{ table, definition }: NonNullable<DuckdbView["log"]>,
	{ from, to }: RowBounds,
): string {
	const has = (column: string | null): column is string =>
		column !== null && definition.columns.some(({ name }) => name === column);
	const orNull = (column: string | null, type: ValueType): string => (has(column) ? identifier(column) : nullOf(type));
	const fields = [
		...view.joinKeys.map(({ name }, k) => `${identifier(name)} AS k${k}`),
		`${identifier(view.eventTime)} AS e`,
		`${orNull(view.createdTime, timestamp)} AS c`,
		`${orNull(columns.available, timestamp)} AS a`,
		...columns.tieBreak.map((column, t) => `${orNull(column, tieBreakTypes[t] ?? timestamp)} AS t${t}`),
		"__seq AS s",
		"__ingested_at AS i",
		"__deleted AS d",
		...view.features.map(({ name, type }, f) => `${orNull(name, type)} AS f${f}`),
	];
	const conditions = ["true"];
	if (from !== null) conditions.push(`${identifier(view.eventTime)} >= ${bigint(from)}`);
	if (to !== null) conditions.push(`${identifier(view.eventTime)} <= ${bigint(to)}`);
	return `SELECT ${fields.join(", ")}\nFROM ${identifier(table)}\nWHERE ${conditions.join(" AND ")}`;
}

const nullOf = (type: ValueType): string => `CAST(NULL AS ${plainType(type)})`;

export const keyNames = (keys: readonly Column[]): string[] => keys.map((_, k) => `k${k}`);

function mismatch(view: OfflineView, column: string, duckdbType: string, wanted: string): FeaturegraphError {
	return new FeaturegraphError(
		"INVALID_TYPE",
		`The column "${column}" of the view "${view.name}" is of DuckDB's type ${duckdbType}, which is not ${wanted}.`,
		{
			name: column,
			hint: `Convert it in SQL: CAST("${column}" AS …); a sum of integers is a HUGEINT, a mean is a DOUBLE.`,
		},
	);
}
