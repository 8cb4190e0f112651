/** The offline engine over PostgreSQL: tables, queries and the logs of pushed rows. */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { latestSql, newestSql } from "../../../core/offline/postgres/latest.ts";
import type { PostgresView } from "../../../core/offline/postgres/rows.ts";
import { toPlain } from "../../../core/offline/postgres/types.ts";
import { latestColumnsOf } from "../../../core/offline/result-columns.ts";
import type { LatestRequest, LatestRows, OfflineEngine, OfflineView } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import type { PostgresAccess } from "./access.ts";
import { columnsOf as describedColumns, relationSource, wholeLog } from "./relation.ts";
import { openRelation } from "./relation-rows.ts";
import { fromText, toText } from "./text-values.ts";
import { logPlace, type OpenedView, openView, withLog } from "./view.ts";

export function postgresEngine({ inSession, once, prepareLog }: PostgresAccess): OfflineEngine {
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

	return {
		name: "postgres",
		reads: ({ origin }) => origin.kind === "postgres" || origin.kind === "push",
		latest,

		latestColumns: (view) =>
			once(view.relation, subjectOf(view), null, async (session) =>
				latestTypes(await openView(session, view, wholeLog)),
			),

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
			once(relation, "the source", null, async (session) => {
				const { from } = await relationSource(session, relation, wholeLog);
				return describedColumns(relation, await session.describe(sql`SELECT * FROM ${from} AS r`));
			}),

		scan(relation, signal, positions = null) {
			const columns = this.describe(relation);
			// Whoever reads the batches alone still learns of the failure through them.
			columns.catch(() => undefined);
			const batches = inSession(relation, "the source", signal, async function* (session) {
				const { rows, types, columns: read } = await openRelation(session, relation, positions);
				const fields = read.map(
					({ name, type }) => toPlain(sql`r.${sql.identifier(name)}`, types.get(name) ?? "", type) ?? sql`NULL`,
				);
				yield* session.stream(
					sql`SELECT ${sql.join(fields, sql`, `)} ${rows}`,
					read.map(({ type }) => type),
				);
			});
			return { columns, batches };
		},

		/** Of the rows of a log, which only grows; what others write into a table cannot be told. */
		async fingerprint(relation) {
			if (relation.log === null) return null;
			return once(relation, "the log", null, async (session) => {
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

const latestTypes = ({ view, columns, tieBreakTypes }: PostgresView | OpenedView): readonly Column[] =>
	latestColumnsOf(
		view,
		columns.tieBreak.flatMap((name, index) => {
			const type = tieBreakTypes[index];
			return type === undefined ? [] : [{ name, type }];
		}),
	);
