/** Label rows into a file of their own, from wherever they lie: none passes through JavaScript where it need not. */
import { rm } from "node:fs/promises";
import { type SQL, sql } from "drizzle-orm";
import { identifier, text } from "../../core/offline/duckdb/sql-text.ts";
import { isNativeTime, toPlain } from "../../core/offline/postgres/types.ts";
import type { FrameSource, LabelFrame, LabelSpool } from "../../core/ports/offline-engine.ts";
import { type Column, sameType } from "../../core/values/type.ts";
import type { Micros } from "../../core/values/value.ts";
import { BinaryCopy, type WireColumn } from "./duckdb/binary-copy.ts";
import { duckdbLabelSpool } from "./duckdb/label-spool.ts";
import { parquetOptions } from "./duckdb/parquet-options.ts";
import { scratchPath } from "./duckdb/scratch.ts";
import { DuckdbSession, type DuckdbSettings } from "./duckdb/session.ts";
import type { PostgresAccess } from "./postgres/access.ts";
import { openRelation, type RelationRows } from "./postgres/relation-rows.ts";
import type { PostgresSession } from "./postgres/session.ts";

export function labelSpool(settings: DuckdbSettings, postgres: PostgresAccess): LabelSpool {
	const spool = duckdbLabelSpool(settings);
	return {
		...spool,
		copy(source, columns, timestampColumn, signal) {
			if (!isInDatabase(source)) return spool.copy(source, columns, timestampColumn, signal);
			const { relation, positions = null } = source;
			return postgres.once(relation, "the label rows", signal, async (database) => {
				const opened = await openRelation(database, relation, positions);
				const fields = columns.map((column) => fieldOf(opened, column));
				const time = columns.find(({ name }) => name === timestampColumn);
				if (fields.includes(null) || time?.type.scalar !== "TIMESTAMP" || time.type.isArray) return null;
				const wire = fields.filter((field) => field !== null);
				const query = sql`SELECT ${sql.join(
					wire.map((field) => field.expression),
					sql`, `,
				)} ${opened.rows}`;
				const path = `${scratchPath(settings.tempDirectory)}.parquet`;
				const extent = await copyToFile(settings, database, query, wire, columns, timestampColumn, path, signal);
				const frame = spool.open({ path, columns, timestampColumn, ...extent });
				return { ...frame, close: () => rm(path, { force: true }) };
			});
		},
	};
}

type DatabaseSource = Extract<FrameSource, { kind: "relation" }>;

const isInDatabase = (source: FrameSource): source is DatabaseSource =>
	source.kind === "relation" && (source.relation.origin.kind === "postgres" || source.relation.origin.kind === "push");

type Field = WireColumn & { readonly expression: SQL };

/** Null where the column is of another type, or has to be looked at value by value. */
function fieldOf({ columns, types }: RelationRows, { name, type }: Column): Field | null {
	const found = columns.find((column) => column.name === name);
	if (found === undefined || !sameType(found.type, type)) return null;
	const postgresType = types.get(name) ?? "";
	const column = sql`r.${sql.identifier(name)}`;
	if (type.scalar === "TIMESTAMP" && isNativeTime(postgresType))
		return { type, isNativeTime: true, expression: column };
	const expression = toPlain(column, postgresType, type);
	return expression === undefined ? null : { type, isNativeTime: false, expression };
}

/** In the order in which the database yields them. */
async function copyToFile(
	settings: DuckdbSettings,
	database: PostgresSession,
	query: SQL,
	wire: readonly WireColumn[],
	columns: readonly Column[],
	timestampColumn: string,
	path: string,
	signal: AbortSignal,
): Promise<Pick<LabelFrame, "rowCount" | "timeRange">> {
	const session = await DuckdbSession.open(settings, null);
	const stop = session.interruptOn(signal);
	try {
		await session.createTable("labels", columns);
		const rowCount = await session.appendChunks("labels", new BinaryCopy(wire).chunks(database.copy(query)));
		await session.run(`COPY labels TO ${text(path)} ${parquetOptions("lz4", columns)}`);
		const at = identifier(timestampColumn);
		const [row] = await session.rows(`SELECT min(${at}), max(${at}) FROM labels`);
		const [min, max] = row as readonly [Micros | null, Micros | null];
		return { rowCount, timeRange: min === null || max === null ? null : { min, max } };
	} catch (error) {
		await rm(path, { force: true });
		throw error;
	} finally {
		stop();
		await session.close();
	}
}
