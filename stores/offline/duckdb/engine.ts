/** The offline engine over Parquet and CSV files. */

import { latestSql, newestSql } from "../../../core/offline/duckdb/latest.ts";
import { type DuckdbView, duckdbView } from "../../../core/offline/duckdb/rows.ts";
import { identifier } from "../../../core/offline/duckdb/sql-text.ts";
import { toPlain } from "../../../core/offline/duckdb/types.ts";
import { latestColumnsOf } from "../../../core/offline/result-columns.ts";
import type {
	LatestRequest,
	LatestRows,
	OfflineEngine,
	OfflineView,
	Relation,
} from "../../../core/ports/offline-engine.ts";
import type { Column } from "../../../core/values/type.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import { type LogBounds, type LogReader, logRowColumns } from "../log-reader.ts";
import { duckdbError } from "./errors.ts";
import { fileFingerprint } from "./fingerprint.ts";
import { columnsOf, describeSql, openFor, readableFilesOf, relationSql, withRelation } from "./relation.ts";
import type { DuckdbSession, DuckdbSettings } from "./session.ts";
import { limitEach, limitTime } from "./time-limit.ts";
import { streamVectors } from "./vectors.ts";

export interface DuckdbEngineOptions {
	readonly settings: DuckdbSettings;
	/** Reads the logs of rows pushed into views over files. */
	readonly logs: LogReader;
}

const noBounds: LogBounds = { upToSeq: null, eventFrom: null, eventTo: null };
const never = new AbortController().signal;

export function duckdbEngine({ settings, logs }: DuckdbEngineOptions): OfflineEngine {
	/** Opens a session for the view's files, with its pushed rows beside them. */
	async function open(
		view: OfflineView,
		bounds: LogBounds,
		signal: AbortSignal,
	): Promise<{ session: DuckdbSession; target: DuckdbView; close(): Promise<void> }> {
		signal.throwIfAborted();
		const session = await openFor(view.relation, settings);
		const stop = session.interruptOn(signal);
		const close = async (): Promise<void> => {
			stop();
			await session.close();
		};
		try {
			const relation = await relationSql(session, view.relation);
			const types = await describeSql(session, relation);
			let log: DuckdbView["log"] = null;
			if (view.log !== null) {
				const columns = logRowColumns(view.log);
				await session.createTable("log", columns);
				await session.append("log", columns, logs.read(view.log, bounds, signal));
				log = { table: "log", definition: view.log };
			}
			return { session, target: duckdbView(view, relation, types, log), close };
		} catch (error) {
			await close();
			throw duckdbError(error, `the view "${view.name}"`, signal);
		}
	}

	async function* latest(request: LatestRequest): LatestRows {
		const { view, eventRange, signal } = request;
		const bounds = { upToSeq: null, eventFrom: eventRange?.start ?? null, eventTo: eventRange?.end ?? request.to };
		const { session, target, close } = await open(view, bounds, signal);
		try {
			const types = latestColumnsOfTarget(target).map(({ type }) => type);
			const rows = streamVectors(session.connection, latestSql(target, request), types);
			yield* limitEach(rows, settings.statementTimeoutMs, `the view "${view.name}"`, () => session.interrupt());
		} catch (error) {
			throw duckdbError(error, `the view "${view.name}"`, signal);
		} finally {
			await close();
		}
	}

	return {
		name: "duckdb",
		reads: ({ origin }) => origin.kind === "parquet" || origin.kind === "csv",
		latest,

		latestColumns: (view) =>
			withRelation(view.relation, settings, `the view "${view.name}"`, async (_session, sql, types) =>
				latestColumnsOfTarget(duckdbView(view, sql, types, null)),
			),

		async newest(view, now) {
			const subject = `the view "${view.name}"`;
			const { signal, stop } = limitTime(never, settings.statementTimeoutMs, subject);
			const { session, target, close } = await open(view, { ...noBounds, eventTo: now }, signal);
			try {
				const [row] = await session.rows(newestSql(target, now));
				return { eventTime: (row?.[0] ?? null) as bigint | null, knownAt: (row?.[1] ?? null) as bigint | null };
			} catch (error) {
				throw duckdbError(error, subject, signal);
			} finally {
				stop();
				await close();
			}
		},

		describe: (relation) =>
			withRelation(relation, settings, "the source", async (_session, _sql, types) => columnsOf(types)),

		scan(relation, signal) {
			const columns = withRelation(relation, settings, "the source", async (_session, _sql, types) => columnsOf(types));
			// Whoever reads the batches alone still learns of the failure through them.
			columns.catch(() => undefined);
			return { columns, batches: scanBatches(relation, settings, signal) };
		},

		fingerprint: async (relation) => fileFingerprint(readableFilesOf(relation, settings)),
	};
}

/** The tie-break columns that a view's own log alone has are not in its files: those of the relation count. */
const latestColumnsOfTarget = ({ view, columns, tieBreakTypes }: DuckdbView): readonly Column[] =>
	latestColumnsOf(
		view,
		columns.tieBreak.flatMap((name, index) => {
			const type = tieBreakTypes[index];
			return type === undefined ? [] : [{ name, type }];
		}),
	);

async function* scanBatches(
	relation: Relation,
	settings: DuckdbSettings,
	signal: AbortSignal,
): AsyncGenerator<ColumnBatch> {
	signal.throwIfAborted();
	const session = await openFor(relation, settings);
	const stop = session.interruptOn(signal);
	try {
		const sql = await relationSql(session, relation);
		const types = await describeSql(session, sql);
		const columns = columnsOf(types);
		const fields = columns.map(({ name, type }) => toPlain(identifier(name), types.get(name) ?? "", type) ?? "NULL");
		const rows = session.stream(
			`SELECT ${fields.join(", ")} FROM ${sql}`,
			columns.map(({ type }) => type),
		);
		yield* limitEach(rows, settings.statementTimeoutMs, "the source", () => session.interrupt());
	} catch (error) {
		throw duckdbError(error, "the source", signal);
	} finally {
		stop();
		await session.close();
	}
}
