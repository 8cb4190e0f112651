/** One connection of a pool for one read: in UTC, read-only while it runs SQL of others, bounded in time. */
import { type SQL, sql } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Pool, PoolClient } from "pg";
import { to as copyTo } from "pg-copy-streams";
import { parseJson } from "../../../core/values/parse-json.ts";
import type { ValueType } from "../../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";
import { fromText } from "./text-values.ts";

export interface PostgresLimits {
	readonly statementTimeoutMs: number;
}

const dialect = new PgDialect();
/** Rows of one batch that leaves a session. */
const batchRows = 5_000;
/** How much later than the database we give a statement up. */
const answerGraceMs = 10_000;
/** Results come as text, which `fromText` reads by their type. */
const asText = { getTypeParser: () => (text: string | null) => text };

export class PostgresSession {
	readonly #client: PoolClient;
	/** Was anything cancelled? Nothing more will be. */
	readonly #stop: () => boolean;
	readonly #timeoutMs: number;
	#cursors = 0;
	#failed = false;

	private constructor(client: PoolClient, timeoutMs: number, stop: () => boolean) {
		this.#client = client;
		this.#timeoutMs = timeoutMs;
		this.#stop = stop;
	}

	/** Cancels what runs when the signal fires; the connection ends with it. */
	static async open(pool: Pool, limits: PostgresLimits, signal: AbortSignal | null): Promise<PostgresSession> {
		signal?.throwIfAborted();
		const client = await pool.connect();
		try {
			const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
			const pid = rows[0]?.pid ?? 0;
			let cancelled = false;
			const cancel = (): void => {
				cancelled = true;
				pool.query("SELECT pg_cancel_backend($1)", [pid]).catch(() => undefined);
			};
			signal?.addEventListener("abort", cancel, { once: true });
			const session = new PostgresSession(client, limits.statementTimeoutMs, () => {
				signal?.removeEventListener("abort", cancel);
				return cancelled;
			});
			await session.execute(
				sql.raw(
					`SET statement_timeout = ${limits.statementTimeoutMs}; SET TimeZone = 'UTC'; SET extra_float_digits = 1`,
				),
			);
			return session;
		} catch (error) {
			client.release(true);
			throw error;
		}
	}

	/** One snapshot for all that follows, and nothing but temporary tables can be written. */
	async beginReadOnly(searchPath: string | null): Promise<void> {
		await this.execute(sql.raw("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"));
		if (searchPath !== null) await this.execute(sql.raw(`SET LOCAL search_path = ${searchPath}`));
	}

	async commit(): Promise<void> {
		await this.execute(sql.raw("COMMIT"));
	}

	async execute(query: SQL): Promise<void> {
		await this.rows(query);
	}

	/** All rows of a small result, as text. */
	async rows(query: SQL): Promise<readonly (readonly (string | null)[])[]> {
		return (await this.#run(query)).rows;
	}

	/** Whether there is a table of this name: a log has none before its first row. */
	async exists(table: SQL): Promise<boolean> {
		const name = dialect.sqlToQuery(table).sql;
		const [row] = await this.rows(sql`SELECT to_regclass(${name}) IS NOT NULL`);
		return row?.[0] === "t";
	}

	/** How many rows the planner of the database expects of a query. */
	async estimateRows(query: SQL): Promise<number> {
		const [row] = await this.rows(sql`EXPLAIN (FORMAT JSON) ${query}`);
		const [explained] = parseJson(row?.[0] ?? "[]") as readonly { readonly Plan: Readonly<Record<string, unknown>> }[];
		return Number(explained?.Plan["Plan Rows"] ?? 0);
	}

	/** The columns of a query, with the names of their types. */
	async describe(query: SQL): Promise<ReadonlyMap<string, string>> {
		const { fields } = await this.#run(sql`SELECT * FROM (${query}) AS described LIMIT 0`);
		const oids = [...new Set(fields.map(({ dataTypeID }) => dataTypeID))];
		const names = await this.rows(sql`SELECT o, format_type(o, NULL) FROM unnest(${sql.param(oids)}::oid[]) AS u(o)`);
		const nameOf = new Map(names.map(([oid, name]) => [Number(oid), name ?? ""]));
		return new Map(fields.map(({ name, dataTypeID }) => [name, nameOf.get(dataTypeID) ?? ""]));
	}

	/** The rows of a SELECT of plain values, by a cursor. In a transaction. */
	async *stream(query: SQL, types: readonly ValueType[]): AsyncGenerator<ColumnBatch> {
		this.#cursors += 1;
		const cursor = sql.raw(`featuregraph_cursor_${this.#cursors}`);
		await this.execute(sql`DECLARE ${cursor} NO SCROLL CURSOR FOR ${query}`);
		for (;;) {
			const rows = await this.rows(sql`FETCH ${sql.raw(String(batchRows))} FROM ${cursor}`);
			if (rows.length === 0) return;
			yield { rowCount: rows.length, columns: columnsOf(rows, types) };
		}
	}

	/** The rows of a SELECT without parameters, in PostgreSQL's binary form: several times faster than text. */
	async *copy(query: SQL): AsyncGenerator<Buffer> {
		const { sql: text, params } = dialect.sqlToQuery(query);
		if (params.length > 0) throw new Error("COPY takes no parameters.");
		const stream = Object.assign(copyTo(`COPY (${text}) TO STDOUT (FORMAT binary)`), {
			query_timeout: this.#timeoutMs + answerGraceMs,
			callback: () => {},
		});
		this.#client.query(stream);
		let isWhole = false;
		try {
			yield* stream as AsyncIterable<Buffer>;
			isWhole = true;
		} finally {
			// Ends the timeout, which pg has hung on it and the stream itself does not call.
			stream.callback();
			// What is still on its way would be read as the answer to the next statement.
			if (!isWhole) this.#failed = true;
		}
	}

	/** Lets other sessions see the database as this transaction does. */
	async exportSnapshot(): Promise<string> {
		const [row] = await this.rows(sql`SELECT pg_export_snapshot()`);
		return row?.[0] ?? "";
	}

	/** As `beginReadOnly`, in the snapshot of another session. */
	async beginIn(snapshot: string, searchPath: string | null): Promise<void> {
		await this.beginReadOnly(null);
		await this.execute(sql.raw(`SET TRANSACTION SNAPSHOT '${snapshot.replaceAll("'", "''")}'`));
		if (searchPath !== null) await this.execute(sql.raw(`SET LOCAL search_path = ${searchPath}`));
	}

	/** Gives the connection back as it was, or ends it when that cannot be told. */
	async close(): Promise<void> {
		if (this.#stop() || this.#failed) {
			// A cancellation that is still under way hits whatever the connection runs when it comes.
			this.#client.release(true);
			return;
		}
		try {
			await this.#client.query(
				"ROLLBACK; DISCARD TEMP; RESET statement_timeout; RESET TimeZone; RESET extra_float_digits",
			);
		} catch {
			this.#failed = true;
		}
		this.#client.release(this.#failed);
	}

	async #run(query: SQL): Promise<{
		rows: (string | null)[][];
		fields: readonly { readonly name: string; readonly dataTypeID: number }[];
	}> {
		const { sql: text, params } = dialect.sqlToQuery(query);
		const statement = {
			text,
			// Without parameters the simple protocol serves, which takes several statements.
			...(params.length === 0 ? {} : { values: params }),
			rowMode: "array",
			types: asText,
			// The database ends it first, and says why.
			query_timeout: this.#timeoutMs + answerGraceMs,
		} as const;
		return this.#client.query<(string | null)[], unknown[]>(statement);
	}
}

/** Text rows to columns of values. */
export function columnsOf(rows: readonly (readonly (string | null)[])[], types: readonly ValueType[]): Value[][] {
	return types.map((type, index) => {
		const decode = fromText(type);
		return rows.map((row) => decode(row[index] ?? null));
	});
}
