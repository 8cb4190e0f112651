/** The rows of a view, from its relation and from its log, as PostgreSQL expressions by their part in the rules. */
import { type SQL, sql } from "drizzle-orm";
import { FeaturegraphError } from "../../errors/featuregraph-error.ts";
import type { Known, OfflineView } from "../../ports/offline-engine.ts";
import { type Column, formatValueType, scalar, type ValueType } from "../../values/type.ts";
import type { Micros } from "../../values/value.ts";
import { deletedColumn, ingestedAtColumn, seqColumn, type ViewColumns } from "../view-columns.ts";
import { instant, isNativeTime, ordered, plainType, toPlain, valueTypeOf } from "./types.ts";

/** One place that rows come from: a table, a subquery, our own temporary table. Alias: `r`. */
export interface RowSource {
	readonly from: SQL;
	readonly parts: RowParts;
	/** A log: its sequence numbers leave no ties. */
	readonly isLog: boolean;
	/** Rows of the log up to this sequence number only. */
	readonly upToSeq: bigint | null;
}

export interface PostgresView {
	readonly view: OfflineView;
	readonly columns: ViewColumns;
	readonly tieBreakTypes: readonly ValueType[];
	readonly sources: readonly RowSource[];
}

export const timestamp = scalar("TIMESTAMP");
export const int64 = scalar("INT64");

/** The parts of a row: `plain` as it leaves, `native` as the index has it. */
export interface RowParts {
	readonly keys: readonly SQL[];
	readonly event: SQL;
	readonly eventType: string;
	/** Each as plain values; null where the source has none. */
	readonly created: SQL | null;
	readonly available: SQL | null;
	readonly takenIn: SQL | null;
	/** `takenIn` as PostgreSQL has it, where that is a time of its own. */
	readonly nativeTakenIn: SQL | null;
	readonly tieBreak: readonly (SQL | null)[];
	readonly seq: SQL | null;
	readonly deleted: SQL;
	readonly features: readonly (SQL | null)[];
}

const column = (name: string): SQL => sql`r.${sql.identifier(name)}`;

/** Before any instant that somebody can ask for. */
const leastMicros = -(10n ** 18n);

/** The parts of a row in columns of the given PostgreSQL types. Throws INVALID_TYPE. */
export function partsOf(
	view: OfflineView,
	columns: ViewColumns,
	tieBreakTypes: readonly ValueType[],
	types: ReadonlyMap<string, string>,
	isLog: boolean,
): RowParts {
	const plain = (name: string, type: ValueType): SQL => {
		const postgresType = types.get(name) ?? "";
		const expression = toPlain(column(name), postgresType, type);
		if (expression === undefined) throw mismatch(view, name, postgresType, type);
		return expression;
	};
	// The log of a view lacks what only its source has, and a feature that its last version added.
	const optional = (name: string | null, type: ValueType): SQL | null =>
		name === null || !types.has(name) ? null : plain(name, type);
	// Read as a value once, so that a column that is no time at all is told.
	plain(view.eventTime, timestamp);
	const created = optional(isLog ? view.createdTime : columns.created, timestamp);
	// The log was cut before SQL made these rows of it: all of them were known by the instant that is asked for.
	const isCut = !isLog && created === null && view.relation.log !== null;
	const takenInColumn = isLog ? ingestedAtColumn : columns.created;
	return {
		keys: view.joinKeys.map(({ name, type }) => plain(name, type)),
		event: column(view.eventTime),
		eventType: types.get(view.eventTime) ?? "",
		created,
		available: optional(columns.available, timestamp),
		takenIn: isLog ? plain(ingestedAtColumn, timestamp) : isCut ? micros(leastMicros) : created,
		nativeTakenIn:
			takenInColumn !== null && isNativeTime(types.get(takenInColumn) ?? "") ? column(takenInColumn) : null,
		tieBreak: columns.tieBreak.map((name, t) => optional(name, tieBreakTypes[t] ?? timestamp)),
		seq: isLog ? plain(seqColumn, int64) : null,
		deleted: isLog ? column(deletedColumn) : sql.raw("false"),
		features: view.features.map(({ name, type }) => optional(name, type)),
	};
}

/** The parts of a row in a temporary table that holds `plainRows`. */
export function storedParts({ view, tieBreakTypes }: Omit<PostgresView, "sources">): RowParts {
	return {
		keys: view.joinKeys.map((_, k) => sql.raw(`r.k${k}`)),
		event: sql.raw("r.e"),
		eventType: "bigint",
		created: sql.raw("r.c"),
		available: view.availableTime?.kind === "column" ? sql.raw("r.a") : null,
		takenIn: sql.raw("r.i"),
		nativeTakenIn: null,
		tieBreak: tieBreakTypes.map((_, t) => sql.raw(`r.t${t}`)),
		seq: sql.raw("r.s"),
		deleted: sql.raw("r.d"),
		features: view.features.map((_, f) => sql.raw(`r.f${f}`)),
	};
}

/** Name and type of each column of `plainRows`, but for `v`. */
export const storedColumns = ({ view, tieBreakTypes }: Omit<PostgresView, "sources">): readonly Column[] => [
	...view.joinKeys.map(({ type }, k) => ({ name: `k${k}`, type })),
	...["e", "c", "a", "i"].map((name) => ({ name, type: timestamp })),
	...tieBreakTypes.map((type, t) => ({ name: `t${t}`, type })),
	{ name: "s", type: int64 },
	{ name: "d", type: scalar("BOOL") },
	...view.features.map(({ type }, f) => ({ name: `f${f}`, type })),
];

/** Types of the tie-break columns in the relation. Throws INVALID_TYPE. */
export function tieBreakTypesOf(
	view: OfflineView,
	columns: ViewColumns,
	types: ReadonlyMap<string, string>,
): readonly ValueType[] {
	return columns.tieBreak.map((name) => {
		const type = valueTypeOf(types.get(name) ?? "");
		if (type === null) throw mismatch(view, name, types.get(name) ?? "", null);
		return type;
	});
}

export const orNull = (expression: SQL | null, type: ValueType): SQL => expression ?? sql`NULL::${plainType(type)}`;

/** Microseconds at which a row becomes known: the greatest of its times that count. */
export function visibleFrom(view: OfflineView, parts: RowParts, takenIn: boolean): SQL {
	const event = eventMicros(parts);
	const delay = delayOf(view);
	const times: SQL[] = [delay === 0n ? event : sql`${event} + ${sql.raw(String(delay))}`];
	if (parts.available !== null) times.push(parts.available);
	if (takenIn && parts.takenIn !== null) times.push(parts.takenIn);
	return times.length === 1 ? (times[0] ?? event) : sql`greatest(${sql.join(times, sql`, `)})`;
}

export const delayOf = (view: OfflineView): bigint =>
	view.availableTime?.kind === "delay" ? BigInt(view.availableTime.seconds) * 1_000_000n : 0n;

export const eventMicros = (parts: RowParts): SQL =>
	parts.eventType === "bigint" ? parts.event : (toPlain(parts.event, parts.eventType, timestamp) ?? parts.event);

/** The event time against bigint microseconds, so that an index on it serves. */
export const eventCompared = (parts: RowParts, operator: "<=" | ">=", micros: SQL): SQL =>
	parts.eventType === "bigint"
		? sql`${parts.event} ${sql.raw(operator)} ${micros}`
		: sql`${parts.event} ${sql.raw(operator)} ${instant(micros, parts.eventType)}`;

export const micros = (value: Micros): SQL => sql`${sql.raw(String(value))}::bigint`;

/** All rows of all sources as plain columns: `k0…`, `e`, `c`, `t0…`, `s`, `d`, `f0…`, and `a`, `i` where they are times of their own. */
export function plainRows(
	target: PostgresView,
	bounds: { readonly from: Micros | null; readonly to: Micros | null },
): SQL {
	const { view, columns } = target;
	const selects = target.sources.map((source) => {
		const { parts } = source;
		const fields = [
			...parts.keys.map((key, k) => sql`${key} AS ${sql.raw(`k${k}`)}`),
			sql`${eventMicros(parts)} AS e`,
			sql`${orNull(parts.created, timestamp)} AS c`,
			sql`${orNull(parts.available, timestamp)} AS a`,
			sql`${orNull(parts.takenIn, timestamp)} AS i`,
			...parts.tieBreak.map(
				(tie, t) => sql`${orNull(tie, target.tieBreakTypes[t] ?? timestamp)} AS ${sql.raw(`t${t}`)}`,
			),
			sql`${orNull(parts.seq, int64)} AS s`,
			sql`${parts.deleted} AS d`,
			...parts.features.map(
				(feature, f) => sql`${orNull(feature, view.features[f]?.type ?? timestamp)} AS ${sql.raw(`f${f}`)}`,
			),
			sql`${visibleFrom(view, parts, true)} AS v`,
		];
		const conditions = sourceConditions(source);
		if (bounds.from !== null) conditions.push(eventCompared(parts, ">=", micros(bounds.from)));
		if (bounds.to !== null) conditions.push(eventCompared(parts, "<=", micros(bounds.to)));
		if (columns.available !== null && parts.available !== null) conditions.push(sql`${parts.available} IS NOT NULL`);
		return sql`SELECT ${sql.join(fields, sql`, `)} FROM ${source.from} AS r WHERE ${sql.join(conditions, sql` AND `)}`;
	});
	return sql.join(selects, sql` UNION ALL `);
}

/** Rows of one source to be copied out: columns by the names of `storedColumns`. */
export interface CopiedRows {
	readonly sql: SQL;
	/** Which of them are times of PostgreSQL's own type: computing microseconds exactly is arithmetic of its numeric type. */
	readonly native: ReadonlySet<string>;
}

/**
 * What is copied out of each source: these columns of its rows within the bounds, as far as known, and of these keys
 * alone where there are any (a SELECT of as many columns as the view has keys).
 */
export function copiedRows(
	target: PostgresView,
	names: readonly string[],
	{ from, to, known }: { readonly from: Micros | null; readonly to: Micros | null; readonly known: Known },
	keys: SQL | null,
): CopiedRows[] {
	const { view } = target;
	return target.sources.map((source) => {
		const { parts } = source;
		const natives = new Map<string, SQL>();
		if (isNativeTime(parts.eventType)) natives.set("e", parts.event);
		if (parts.nativeTakenIn !== null) {
			natives.set("i", parts.nativeTakenIn);
			if (!source.isLog) natives.set("c", parts.nativeTakenIn);
		}
		const plain = new Map<string, SQL>([
			...parts.keys.map((key, k): [string, SQL] => [`k${k}`, key]),
			["e", eventMicros(parts)],
			["c", orNull(parts.created, timestamp)],
			["a", orNull(parts.available, timestamp)],
			["i", orNull(parts.takenIn, timestamp)],
			...parts.tieBreak.map((tie, t): [string, SQL] => [`t${t}`, orNull(tie, target.tieBreakTypes[t] ?? timestamp)]),
			["s", orNull(parts.seq, int64)],
			["d", parts.deleted],
			...parts.features.map((feature, f): [string, SQL] => [
				`f${f}`,
				orNull(feature, view.features[f]?.type ?? timestamp),
			]),
		]);
		const fields = names.map((name) => sql`${natives.get(name) ?? plain.get(name) ?? sql`NULL`} AS ${sql.raw(name)}`);
		const conditions = sourceConditions(source);
		if (to !== null) conditions.push(eventCompared(parts, "<=", micros(to)));
		if (from !== null) conditions.push(eventCompared(parts, ">=", micros(from)));
		if (known.kind === "at") conditions.push(sql`${orNull(parts.takenIn, timestamp)} <= ${micros(known.at)}`);
		if (parts.available !== null) conditions.push(sql`${parts.available} IS NOT NULL`);
		if (keys !== null) conditions.push(sql`(${sql.join([...parts.keys], sql`, `)}) IN (${keys})`);
		return {
			sql: sql`SELECT ${sql.join(fields, sql`, `)} FROM ${source.from} AS r WHERE ${sql.join(conditions, sql` AND `)}`,
			native: new Set(natives.keys()),
		};
	});
}

/** What every row that counts has: keys, a finite event time, a place in the log that counts. */
export function sourceConditions(source: RowSource): SQL[] {
	const { parts } = source;
	// Not by isfinite(), of which the planner believes that it is true of a third of all rows.
	const finite =
		parts.eventType === "bigint"
			? sql`${parts.event} IS NOT NULL`
			: sql`${parts.event} > '-infinity' AND ${parts.event} < 'infinity'`;
	const conditions = [...parts.keys.map((key) => sql`${key} IS NOT NULL`), finite];
	if (source.isLog && source.upToSeq !== null) conditions.push(sql`r.__seq <= ${micros(source.upToSeq)}`);
	return conditions;
}

/** Rule 3 over the plain columns, newest first; a boolean, bytes and numbers order as they should by themselves. */
export function newestFirst(target: PostgresView): SQL {
	const descending = (name: string, type: ValueType): SQL => sql`${ordered(sql.raw(name), type)} DESC NULLS LAST`;
	return sql.join(
		[
			sql.raw("e DESC"),
			descending("c", timestamp),
			...target.tieBreakTypes.map((type, t) => descending(`t${t}`, type)),
			descending("s", int64),
			...target.view.features.map(({ type }, f) => descending(`f${f}`, type)),
		],
		sql`, `,
	);
}

function mismatch(view: OfflineView, name: string, postgresType: string, type: ValueType | null): FeaturegraphError {
	const wanted =
		type === null ? "which cannot break ties" : `which is not exactly ${formatValueType(type)}, as declared`;
	return new FeaturegraphError(
		"INVALID_TYPE",
		`The column "${name}" of the view "${view.name}" is of PostgreSQL's type ${postgresType}, ${wanted}.`,
		{
			name,
			hint: `Convert it in SQL: CAST("${name}" AS …); a mean or a sum of bigints is numeric, CAST it AS double precision.`,
		},
	);
}
