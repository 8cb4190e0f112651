/** The offline engine over PostgreSQL: tables, queries and the logs of pushed rows. */
import { createHash } from "node:crypto";
import { type SQL, sql } from "drizzle-orm";
import type { Pool } from "pg";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import { latestSql, newestSql } from "../../../core/offline/postgres/latest.ts";
import { pointInTimeSql } from "../../../core/offline/postgres/point-in-time.ts";
import { micros, type PostgresView } from "../../../core/offline/postgres/rows.ts";
import { toPlain } from "../../../core/offline/postgres/types.ts";
import { latestColumnsOf, lookupTypes } from "../../../core/offline/result-columns.ts";
import { requireTakenIn } from "../../../core/offline/view-columns.ts";
import type {
	Known,
	LabelFrame,
	LatestRequest,
	LatestRows,
	Lookup,
	OfflineEngine,
	OfflineView,
	PointInTimeRequest,
	PointInTimeRows,
	Relation,
} from "../../../core/ports/offline-engine.ts";
import { type Column, scalar, type ValueType } from "../../../core/values/type.ts";
import type { ColumnBatch, Micros, Value } from "../../../core/values/value.ts";
import { labelRows } from "../label-rows.ts";
import type { LogReader } from "../log-reader.ts";
import { postgresError } from "./errors.ts";
import { columnsOf as describedColumns, type LogCut, relationSource, wholeLog } from "./relation.ts";
import { columnsOf, type PostgresLimits, PostgresSession } from "./session.ts";
import { fromText, toText } from "./text-values.ts";
import {
	copyLog,
	createRowCopy,
	indexRowCopy,
	isForeign,
	isIndexed,
	logPlace,
	type OpenedView,
	openView,
	storeRows,
	textArrays,
	upToSeq,
	withLog,
} from "./view.ts";

export interface PostgresEngineOptions {
	/** The system's own database, which holds the logs. */
	readonly pool: Pool;
	/** Pools of other databases by the name of the connection. */
	readonly connections: ReadonlyMap<string, Pool>;
	/** Reads logs for views over other databases. */
	readonly logs: LogReader;
	readonly limits: PostgresLimits;
}

/** Labels that are looked up by one statement. */
const chunkRows = 20_000;

export function postgresEngine({ pool, connections, logs, limits }: PostgresEngineOptions): OfflineEngine {
	const poolOf = ({ origin }: Relation): Pool => {
		if (origin.kind !== "postgres" || origin.connection === null) return pool;
		const named = connections.get(origin.connection);
		if (named !== undefined) return named;
		throw new FeaturegraphError("SOURCE_FAILED", `There is no connection "${origin.connection}".`, {
			name: origin.connection,
			nearest: nearestNames(origin.connection, connections.keys()),
			hint: "Connections are listed under `connections` in featuregraph.yaml.",
		});
	};
	/** SQL of others finds the tables of `public` alone in the system's own database. */
	const searchPath = ({ origin }: Relation): string | null =>
		origin.kind === "postgres" && origin.connection !== null ? null : "public";

	/** A read-only transaction over the relation's database; `prepare` runs before it, where tables can be made. */
	async function* inSession<T>(
		relation: Relation,
		subject: string,
		signal: AbortSignal | null,
		work: (session: PostgresSession) => AsyncIterable<T>,
		prepare?: (session: PostgresSession) => Promise<void>,
	): AsyncGenerator<T> {
		try {
			const session = await PostgresSession.open(poolOf(relation), limits, signal);
			try {
				await prepare?.(session);
				await session.beginReadOnly(searchPath(relation));
				yield* work(session);
			} finally {
				await session.close();
			}
		} catch (error) {
			throw postgresError(error, subject, signal ?? undefined);
		}
	}

	async function once<T>(
		relation: Relation,
		subject: string,
		work: (session: PostgresSession) => Promise<T>,
	): Promise<T> {
		for await (const result of inSession(relation, subject, null, async function* (session) {
			yield await work(session);
		})) {
			return result;
		}
		throw new Error("A session ended without a result.");
	}

	const prepareLog =
		(view: OfflineView, upTo: Micros | null, signal: AbortSignal) =>
		async (session: PostgresSession): Promise<void> => {
			if (view.log !== null && isForeign(view)) await copyLog(session, view.log, logs, upTo, signal);
		};

	async function* latest(request: LatestRequest): LatestRows {
		const { view, signal } = request;
		const to = request.eventRange?.end ?? request.to;
		const after = request.afterKey?.map(
			(value, k) => toText(value as Value, view.joinKeys[k]?.type ?? scalar("STRING")) ?? "",
		);
		yield* inSession(
			view.relation,
			subjectOf(view),
			signal,
			async function* (session) {
				const opened = await openView(session, view, wholeLog);
				const target = await withLog(session, opened, view.log, logPlace(view), null);
				const types = latestTypes(target).map(({ type }) => type);
				yield* session.stream(latestSql(target, request, after ?? null), types);
			},
			prepareLog(view, to, signal),
		);
	}

	async function* pointInTime(labels: LabelFrame, request: PointInTimeRequest): PointInTimeRows {
		const { view, signal, known, positions } = request;
		const upTo = labels.timeRange?.max ?? null;
		yield* inSession(
			view.relation,
			subjectOf(view),
			signal,
			async function* (session) {
				const target = await prepareRows(session, view, { known, positions }, upTo);
				for await (const chunk of chunksOf(labelRows(labels, request))) {
					yield await lookUpAll(session, target, request, chunk);
				}
			},
			prepareLog(view, upTo, signal),
		);
	}

	/** The rows where an index finds them: in their own table, or computed once into a temporary one. */
	async function prepareRows(
		session: PostgresSession,
		view: OfflineView,
		cut: LogCut,
		upTo: Micros | null,
	): Promise<PostgresView> {
		const opened = await openView(session, view, cut);
		requireTakenIn(view, opened.columns, cut.known);
		const target = await withLog(session, opened, view.log, logPlace(view), cut.positions);
		if (await isIndexed(session, target)) return target;
		await session.commit();
		await createRowCopy(session, target);
		await session.beginReadOnly(searchPath(view.relation));
		await storeRows(session, target, upTo);
		await session.commit();
		const stored = await indexRowCopy(session, target);
		await session.beginReadOnly(searchPath(view.relation));
		return stored;
	}

	return {
		name: "postgres",
		reads: ({ origin }) => origin.kind === "postgres" || origin.kind === "push",
		pointInTime,
		latest,

		latestColumns: (view) =>
			once(view.relation, subjectOf(view), async (session) => latestTypes(await openView(session, view, wholeLog))),

		async newest(view, now) {
			const signal = new AbortController().signal;
			const rows = inSession(
				view.relation,
				subjectOf(view),
				signal,
				async function* (session) {
					const opened = await openView(session, view, wholeLog);
					const target = await withLog(session, opened, view.log, logPlace(view), null);
					yield* await session.rows(newestSql(target, now));
				},
				prepareLog(view, now, signal),
			);
			const time = fromText(scalar("TIMESTAMP"));
			for await (const [event, known] of rows) {
				return { eventTime: time(event ?? null) as Micros | null, knownAt: time(known ?? null) as Micros | null };
			}
			return { eventTime: null, knownAt: null };
		},

		describe: (relation) =>
			once(relation, "the source", async (session) => {
				const { from } = await relationSource(session, relation, wholeLog);
				return describedColumns(relation, await session.describe(sql`SELECT * FROM ${from} AS r`));
			}),

		scan(relation, signal, positions = null) {
			const columns = this.describe(relation);
			// Whoever reads the batches alone still learns of the failure through them.
			columns.catch(() => undefined);
			const batches = inSession(relation, "the source", signal, async function* (session) {
				const { from, isLog } = await relationSource(session, relation, { ...wholeLog, positions });
				const types = await session.describe(sql`SELECT * FROM ${from} AS r`);
				const read = describedColumns(relation, types);
				const fields = read.map(
					({ name, type }) => toPlain(sql`r.${sql.identifier(name)}`, types.get(name) ?? "", type) ?? sql`NULL`,
				);
				const counted = isLog ? livingRows(upToSeq(relation.log, positions)) : sql``;
				yield* session.stream(
					sql`SELECT ${sql.join(fields, sql`, `)} FROM ${from} AS r${counted}`,
					read.map(({ type }) => type),
				);
			});
			return { columns, batches };
		},

		/** Of the rows of a log, which only grows; what others write into a table cannot be told. */
		async fingerprint(relation) {
			if (relation.log === null) return null;
			return once(relation, "the log", async (session) => {
				const { from } = await relationSource(session, { ...relation, steps: [] }, wholeLog);
				const [row] = (await session.exists(from)) ? await session.rows(sql`SELECT max(__seq) FROM ${from}`) : [];
				return createHash("sha256")
					.update(`${relation.log?.id} ${row?.[0] ?? "0"}`)
					.digest("hex");
			});
		},
	};
}

const subjectOf = (view: OfflineView): string => `the view "${view.name}"`;

/** Without tombstones, in the order in which they came. */
const livingRows = (upTo: bigint | null): SQL => {
	const seen = upTo === null ? sql`` : sql` AND r.__seq <= ${micros(upTo)}`;
	return sql` WHERE NOT r.__deleted${seen} ORDER BY r.__seq`;
};

const latestTypes = ({ view, columns, tieBreakTypes }: PostgresView | OpenedView): readonly Column[] =>
	latestColumnsOf(
		view,
		columns.tieBreak.flatMap((name, index) => {
			const type = tieBreakTypes[index];
			return type === undefined ? [] : [{ name, type }];
		}),
	);

/** Batches joined up to `chunkRows`. */
async function* chunksOf(batches: AsyncIterable<ColumnBatch>): AsyncGenerator<ColumnBatch> {
	let columns: Value[][] | null = null;
	let rowCount = 0;
	for await (const batch of batches) {
		columns ??= batch.columns.map(() => []);
		for (const [index, column] of columns.entries()) for (const value of batch.columns[index] ?? []) column.push(value);
		rowCount += batch.rowCount;
		if (rowCount < chunkRows) continue;
		yield { rowCount, columns };
		columns = null;
		rowCount = 0;
	}
	if (columns !== null && rowCount > 0) yield { rowCount, columns };
}

/** All look-ups of one chunk of labels, side by side. */
async function lookUpAll(
	session: PostgresSession,
	target: PostgresView,
	{ view, lookups, known }: PointInTimeRequest,
	{ rowCount, columns }: ColumnBatch,
): Promise<ColumnBatch> {
	const times = (columns.at(-1) ?? []) as readonly (Micros | null)[];
	const results: (readonly Value[])[] = [];
	for (const [l, lookup] of lookups.entries()) {
		const first = 1 + l * view.joinKeys.length;
		const keys = { rowCount, columns: columns.slice(first, first + view.joinKeys.length) };
		results.push(...(await lookUp(session, target, lookup, known, keys, times)));
	}
	return { rowCount, columns: results };
}

/** Looks keys and times up and puts what comes back, in any order, at its row. */
async function lookUp(
	session: PostgresSession,
	target: PostgresView,
	lookup: Lookup,
	known: Known,
	keys: ColumnBatch,
	times: readonly (Micros | null)[],
): Promise<readonly (readonly Value[])[]> {
	const { view } = target;
	const result = await session.rows(
		pointInTimeSql(target, lookup.features, known, {
			ids: sql`${sql.param(times.map((_, row) => row))}::int[]`,
			keys: textArrays(view.joinKeys, keys),
			times: sql`${sql.param(times.map((time) => (time === null ? null : String(time))))}::bigint[]`,
		}),
	);
	return scatter(result, keys.rowCount, times, lookupTypes(view, lookup), view.ttlMicros);
}

function scatter(
	result: readonly (readonly (string | null)[])[],
	rowCount: number,
	times: readonly (Micros | null)[],
	types: readonly ValueType[],
	ttl: Micros | null,
): readonly (readonly Value[])[] {
	const features = types.length - 2;
	const columns: Value[][] = types.map(() => new Array<Value>(rowCount).fill(null));
	const decoded = columnsOf(
		result.map((row) => row.slice(1)),
		[...types.slice(0, features), scalar("TIMESTAMP"), scalar("BOOL")],
	);
	const status = columns[features + 1] ?? [];
	status.fill("NOT_FOUND");
	for (const [at, row] of result.entries()) {
		if (decoded[features + 1]?.[at] === true) continue;
		const label = Number(row[0]);
		const event = decoded[features]?.[at] as Micros;
		const expired = ttl !== null && event < (times[label] ?? 0n) - ttl;
		status[label] = expired ? "OUTSIDE_MAX_AGE" : "PRESENT";
		(columns[features] ?? [])[label] = event;
		if (expired) continue;
		for (let f = 0; f < features; f++) (columns[f] ?? [])[label] = decoded[f]?.[at] ?? null;
	}
	return columns;
}
