/** Connections to the databases of sources: one read-only transaction for each read. */
import type { Pool } from "pg";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import { requireTakenIn } from "../../../core/offline/view-columns.ts";
import type { OfflineView, Relation } from "../../../core/ports/offline-engine.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { LogReader } from "../log-reader.ts";
import { postgresError } from "./errors.ts";
import type { LogCut } from "./relation.ts";
import { type PostgresLimits, PostgresSession } from "./session.ts";
import {
	copyLog,
	createRowCopy,
	indexRowCopy,
	isForeign,
	logPlace,
	type OpenedView,
	openView,
	storeRows,
	withLog,
} from "./view.ts";

export interface PostgresSources {
	/** The system's own database, which holds the logs. */
	readonly pool: Pool;
	/** Pools of other databases by the name of the connection. */
	readonly connections: ReadonlyMap<string, Pool>;
	/** Reads logs for views over other databases. */
	readonly logs: LogReader;
	readonly limits: PostgresLimits;
}

export type PostgresAccess = ReturnType<typeof postgresAccess>;

export function postgresAccess({ pool, connections, logs, limits }: PostgresSources) {
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
		signal: AbortSignal | null,
		work: (session: PostgresSession) => Promise<T>,
		prepare?: (session: PostgresSession) => Promise<void>,
	): Promise<T> {
		const results = inSession(
			relation,
			subject,
			signal,
			async function* (session) {
				yield await work(session);
			},
			prepare,
		);
		for await (const result of results) return result;
		throw new Error("A session ended without a result.");
	}

	const prepareLog =
		(view: OfflineView, upTo: Micros | null, signal: AbortSignal) =>
		async (session: PostgresSession): Promise<void> => {
			if (view.log !== null && isForeign(view)) await copyLog(session, view.log, logs, upTo, signal);
		};

	/** The sources of the view's rows, as they lie. */
	async function openRows(session: PostgresSession, view: OfflineView, cut: LogCut): Promise<OpenedView> {
		const opened = await openView(session, view, cut);
		requireTakenIn(view, opened.columns, cut.known);
		return withLog(session, opened, view.log, logPlace(view), cut.positions);
	}

	/** The rows computed once into a temporary table where an index finds them. */
	async function storeIndexed(session: PostgresSession, target: OpenedView, upTo: Micros): Promise<OpenedView> {
		const { relation } = target.view;
		await session.commit();
		await createRowCopy(session, target);
		await session.beginReadOnly(searchPath(relation));
		await storeRows(session, target, upTo);
		await session.commit();
		const stored = await indexRowCopy(session, target);
		await session.beginReadOnly(searchPath(relation));
		return stored;
	}

	return { poolOf, searchPath, limits, inSession, once, prepareLog, openRows, storeIndexed };
}
