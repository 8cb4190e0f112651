/** Streams the rows of a log out of the system's own database, for engines that read elsewhere. */
import { type SQL, sql } from "drizzle-orm";
import type { Pool } from "pg";
import { instant, toPlain } from "../../../core/offline/postgres/types.ts";
import type { Micros } from "../../../core/values/value.ts";
import { type LogReader, logRowColumns } from "../log-reader.ts";
import { postgresError } from "./errors.ts";
import { logTable } from "./relation.ts";
import { type PostgresLimits, PostgresSession } from "./session.ts";

export function postgresLogReader(pool: Pool, limits: PostgresLimits): LogReader {
	return {
		async *read(log, { upToSeq, eventFrom, eventTo }, signal) {
			const session = await PostgresSession.open(pool, limits, signal);
			try {
				await session.beginReadOnly(null);
				const from = logTable(log);
				if (!(await session.exists(from))) return;
				const types = await session.describe(sql`SELECT * FROM ${from}`);
				const columns = logRowColumns(log);
				const fields = columns.map(({ name, type }) => {
					const plain = toPlain(sql`${sql.identifier(name)}`, types.get(name) ?? "", type);
					// A column that the log is about to get: no row has a value in it yet.
					return plain ?? sql`NULL`;
				});
				const event = sql`${sql.identifier(log.eventTime)}`;
				const eventType = types.get(log.eventTime) ?? "";
				const bound = (operator: SQL, at: Micros): SQL =>
					sql`${event} ${operator} ${instant(sql.raw(`${at}::bigint`), eventType)}`;
				const conditions = [sql`true`];
				if (upToSeq !== null) conditions.push(sql`__seq <= ${sql.raw(String(upToSeq))}`);
				if (eventFrom !== null) conditions.push(bound(sql`>=`, eventFrom));
				if (eventTo !== null) conditions.push(bound(sql`<=`, eventTo));
				yield* session.stream(
					sql`SELECT ${sql.join(fields, sql`, `)} FROM ${from} WHERE ${sql.join(conditions, sql` AND `)}`,
					columns.map(({ type }) => type),
				);
			} catch (error) {
				throw postgresError(error, `the log "${log.id}"`, signal);
			} finally {
				await session.close();
			}
		},
	};
}
