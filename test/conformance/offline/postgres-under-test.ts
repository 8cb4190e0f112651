import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Pool } from "pg";
import type { EngineChoice } from "../../../core/offline/place-scan.ts";
import { instant, plainType } from "../../../core/offline/postgres/types.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbLabelSpool } from "../../../stores/offline/duckdb/label-spool.ts";
import { featureJoin } from "../../../stores/offline/join/feature-join.ts";
import { logRowColumns } from "../../../stores/offline/log-reader.ts";
import { postgresAccess } from "../../../stores/offline/postgres/access.ts";
import { postgresEngine } from "../../../stores/offline/postgres/engine.ts";
import { postgresLogReader } from "../../../stores/offline/postgres/log-reader.ts";
import { toText } from "../../../stores/offline/postgres/text-values.ts";
import { testSettings } from "./duckdb-under-test.ts";
import type { EngineUnderTest } from "./harness.ts";

export const testLimits = { statementTimeoutMs: 60_000 };

export interface PostgresPlacement {
	/** `timestamp` means naive UTC. */
	readonly timeType: "timestamp" | "timestamptz";
	/** With the index that the engine looks for, so that it reads the table where it is. */
	readonly indexed: boolean;
	/** Name of the connection of the tables; null: the system's own database. The logs are always in the latter. */
	readonly connection: string | null;
	/** Where labels and rows meet. */
	readonly engine: EngineChoice;
}

/** `pool` for the logs, `tables` for the tables: the same one, or that of another database. */
export async function postgresUnderTest(
	pool: Pool,
	tables: Pool,
	placement: PostgresPlacement,
): Promise<EngineUnderTest> {
	const directory = await mkdtemp(join(tmpdir(), "featuregraph-postgres-"));
	const connections = placement.connection === null ? new Map() : new Map([[placement.connection, tables]]);
	const logs = postgresLogReader(pool, testLimits);
	const settings = testSettings(directory);
	const spool = duckdbLabelSpool(settings);
	const postgres = postgresAccess({ pool, connections, logs, limits: testLimits });
	const series = randomBytes(4).toString("hex");
	let tableNumber = 0;
	return {
		name: "postgres",
		engine: postgresEngine(postgres),
		join: featureJoin({ settings, spool, logs, postgres, engine: placement.engine }),
		spool,
		async place(columns, rows) {
			tableNumber += 1;
			const table = `rows_${series}_${tableNumber}`;
			const keys = columns.slice(
				0,
				columns.findIndex(({ name }) => name.startsWith("v") || name === "event_ts"),
			);
			await createTable(tables, sql`${sql.identifier(table)}`, columns, rows, placement.timeType);
			const names = [...keys.map(({ name }) => name), "event_ts"].filter((name) =>
				columns.some((c) => c.name === name),
			);
			if (placement.indexed)
				await tables.query(`CREATE INDEX ON ${table} (${names.map((n) => `"${n}"`).join(", ")} DESC)`);
			return { kind: "postgres", connection: placement.connection, table };
		},
		async placeLog(log, rows) {
			const table = sql`featuregraph_log.${sql.identifier(log.id)}`;
			await pool.query("CREATE SCHEMA IF NOT EXISTS featuregraph_log");
			await createTable(
				pool,
				table,
				logRowColumns(log),
				rows.map(({ values, seq, ingestedAt, deleted }) => [...values, seq, ingestedAt, deleted]),
				"timestamptz",
			);
			await pool.query(
				run(
					sql`CREATE INDEX ON ${table} (${sql.join(
						log.index.map((name) => sql.identifier(name)),
						sql`, `,
					)})`,
				),
			);
		},
		close: () => rm(directory, { recursive: true, force: true }),
	};
}

const dialect = new PgDialect();
const run = (query: SQL): { text: string; values: unknown[] } => {
	const { sql: text, params } = dialect.sqlToQuery(query);
	return { text, values: params };
};

/** The native type of a column, and a plain value cast to it. */
function native({ type }: Column, timeType: string): { readonly type: string; cast(plain: SQL): SQL } {
	if (type.isArray && type.scalar === "TIMESTAMP") {
		return {
			type: `${timeType}[]`,
			cast: (plain) =>
				sql`(SELECT array_agg(${instant(sql.raw("e"), timeType === "timestamptz" ? "timestamp with time zone" : "timestamp without time zone")}) FROM unnest(${plain}) AS w(e))`,
		};
	}
	if (type.scalar === "TIMESTAMP") {
		const name = timeType === "timestamptz" ? "timestamp with time zone" : "timestamp without time zone";
		return { type: timeType, cast: (plain) => instant(plain, name) };
	}
	if (type.scalar === "DATE") return { type: "date", cast: (plain) => sql`(date '1970-01-01' + ${plain})` };
	if (type.scalar === "JSON") return { type: "jsonb", cast: (plain) => sql`${plain}::jsonb` };
	return { type: dialect.sqlToQuery(plainType(type)).sql, cast: (plain) => plain };
}

export async function createTable(
	pool: Pool,
	table: SQL,
	columns: readonly Column[],
	rows: readonly (readonly Value[])[],
	timeType: "timestamp" | "timestamptz",
): Promise<void> {
	const fields = columns.map((column) => sql`${sql.identifier(column.name)} ${sql.raw(native(column, timeType).type)}`);
	await pool.query(run(sql`CREATE TABLE ${table} (${sql.join(fields, sql`, `)})`));
	const arrays = columns.map(
		({ type }, c) => sql`${sql.param(rows.map((row) => toText(row[c] ?? null, type)))}::text[]`,
	);
	const values = columns.map((column, c) =>
		native(column, timeType).cast(sql`${sql.raw(`u.c${c}`)}::${plainType(column.type)}`),
	);
	const names = sql.raw(columns.map((_, c) => `c${c}`).join(", "));
	await pool.query(
		run(
			sql`INSERT INTO ${table} SELECT ${sql.join(values, sql`, `)} FROM unnest(${sql.join(arrays, sql`, `)}) AS u(${names})`,
		),
	);
}
