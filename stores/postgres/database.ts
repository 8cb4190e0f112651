import type { NodePgDatabase, NodePgQueryResultHKT } from "drizzle-orm/node-postgres";
import type { PgDatabase } from "drizzle-orm/pg-core";
import { Pool, type QueryConfig, types } from "pg";
import type { Logger } from "../../core/ports/logger.ts";
import { parseJson } from "../../core/values/parse-json.ts";
import { dropLost, tellLostConnections } from "./lost-connection.ts";
import { ormOver } from "./orm-session.ts";

/** How long a statement of ours may take, unless it says otherwise: far beyond what any needs. */
const defaultStatementMillis = 15_000;
/** Whoever asks whether it answers does not wait for longer than that. */
const ping: QueryConfig & { readonly query_timeout: number } = { text: "SELECT 1", query_timeout: 3_000 };

/** What a query runs on: the database itself or a transaction of it. */
export type Queryable = PgDatabase<NodePgQueryResultHKT>;

export interface Database {
	/**
	 * Raw access; a lost connection is STORE_UNAVAILABLE here and in all else that queries. int8 comes as bigint, times as PostgreSQL's text (see time-text.ts). Only queries of Drizzle's own
	 * tables decode themselves: `drizzle.execute(sql)` leaves int8 as text.
	 */
	readonly pool: Pool;
	readonly drizzle: NodePgDatabase;
	/** Commits what `work` resolves, rolls back what it throws. */
	transaction<T>(work: (transaction: Queryable) => Promise<T>): Promise<T>;
	/** STORE_UNAVAILABLE when it does not answer. */
	ping(): Promise<void>;
	/** Waits for the connections that are in use. */
	close(): Promise<void>;
}

export interface DatabaseOptions {
	readonly url: string;
	readonly maxConnections: number;
	readonly logger: Logger;
	readonly statementMillis?: number;
}

/** Opens a pool; connects at the first query. */
export function openDatabase({
	url,
	maxConnections,
	logger,
	statementMillis = defaultStatementMillis,
}: DatabaseOptions): Database {
	const pool = new Pool({
		connectionString: withSessionSettings(url),
		max: maxConnections,
		connectionTimeoutMillis: 5_000,
		idleTimeoutMillis: 30_000,
		keepAlive: true,
		application_name: "featuregraph",
		types: exactTypes,
	});
	dropLost(pool, (error) => logger.warn({ err: error }, "a database connection broke"));
	tellLostConnections(pool, statementMillis);
	const orm = ormOver(pool);
	return {
		pool,
		drizzle: orm,
		transaction: (work) => orm.transaction(work),
		async ping() {
			await pool.query(ping);
		},
		close: () => pool.end(),
	};
}

const int8 = 20;
const int8Array = 1016;
const json = 114;
const jsonb = 3802;
const times: ReadonlySet<number> = new Set([1082, 1114, 1184, 1182, 1115, 1185]);

type TypeParser = (value: string) => unknown;

const standardParser = types.getTypeParser as (oid: number, format?: "text" | "binary") => TypeParser;

const exactTypes = {
	getTypeParser(oid: number, format?: "text" | "binary"): TypeParser {
		if (oid === int8) return BigInt;
		if (oid === int8Array) return bigintArray;
		if (oid === json || oid === jsonb) return parseJson;
		return times.has(oid) ? (text) => text : standardParser(oid, format);
	},
};

const bigintArray: TypeParser = (text) =>
	(standardParser(int8Array, "text")(text) as (string | null)[]).map((element) =>
		element === null ? null : BigInt(element),
	);

/** Text forms must not depend on how a server is configured. Settings of the caller's own in the URL stay. */
function withSessionSettings(url: string): string {
	const settings = "-c timezone=UTC -c datestyle=ISO,YMD -c extra_float_digits=1 -c bytea_output=hex";
	const [base, query = ""] = url.split("?", 2);
	const parameters = new URLSearchParams(query);
	parameters.set("options", `${parameters.get("options") ?? ""} ${settings}`.trim());
	return `${base}?${parameters.toString().replaceAll("+", "%20")}`;
}
