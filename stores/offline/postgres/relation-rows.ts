import { type SQL, sql } from "drizzle-orm";
import { micros } from "../../../core/offline/postgres/rows.ts";
import type { LogPositions, Relation } from "../../../core/ports/offline-engine.ts";
import type { Column } from "../../../core/values/type.ts";
import { columnsOf, relationSource, wholeLog } from "./relation.ts";
import type { PostgresSession } from "./session.ts";
import { upToSeq } from "./view.ts";

/** All rows of a relation as labels are read. */
export interface RelationRows {
	/** FROM and what follows it; the rows are `r`. */
	readonly rows: SQL;
	/** PostgreSQL type by column. */
	readonly types: ReadonlyMap<string, string>;
	/** Those of types that we have. */
	readonly columns: readonly Column[];
}

/** Of a log: without tombstones, in the order in which they came, up to a position. */
export async function openRelation(
	session: PostgresSession,
	relation: Relation,
	positions: LogPositions | null,
): Promise<RelationRows> {
	// In the same order each time: several workers, or a scan that joins another one midway, would yield others.
	await session.execute(sql.raw("SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL synchronize_seqscans = off"));
	const { from, isLog } = await relationSource(session, relation, { ...wholeLog, positions });
	const types = await session.describe(sql`SELECT * FROM ${from} AS r`);
	const last = upToSeq(relation.log, positions);
	const seen = last === null ? sql`` : sql` AND r.__seq <= ${micros(last)}`;
	const living = isLog ? sql` WHERE NOT r.__deleted${seen} ORDER BY r.__seq` : sql``;
	return { rows: sql`FROM ${from} AS r${living}`, types, columns: columnsOf(relation, types) };
}
