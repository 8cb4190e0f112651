/** Drizzle over a pool, with two of its habits mended: what it hides in its errors, and connections that it forgets. */
import type { ExtractTablesWithRelations } from "drizzle-orm";
import { DrizzleQueryError } from "drizzle-orm/errors";
import { NodePgDatabase, NodePgSession, type NodePgTransaction } from "drizzle-orm/node-postgres";
import { PgDialect, type PgPreparedQuery, type PreparedQueryConfig } from "drizzle-orm/pg-core";
import { DatabaseError, type Pool, type PoolClient } from "pg";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

type NoSchema = Record<string, never>;
type NoTables = ExtractTablesWithRelations<NoSchema>;
type Transaction = NodePgTransaction<NoSchema, NoTables>;

const dialect = new PgDialect();

/** SQLSTATEs of a character that a text, or a text within JSON, cannot hold. */
const characterStates = /^(22021|22P05)$/;

export function ormOver(pool: Pool): NodePgDatabase {
	return new NodePgDatabase(dialect, new OrmSession(pool), undefined);
}

class OrmSession extends NodePgSession<NoSchema, NoTables> {
	/** Null: the session of one connection. */
	readonly #pool: Pool | null;

	constructor(pool: Pool | null, client?: PoolClient) {
		super(client ?? (pool as Pool), dialect, undefined);
		this.#pool = client === undefined ? pool : null;
	}

	override prepareQuery<T extends PreparedQueryConfig>(
		...args: Parameters<NodePgSession<NoSchema, NoTables>["prepareQuery"]>
	): PgPreparedQuery<T> {
		const prepared = super.prepareQuery<T>(...args);
		const execute = prepared.execute.bind(prepared);
		const executeMeant: typeof execute = (values) => execute(values).catch(throwMeant);
		prepared.execute = executeMeant;
		return prepared;
	}

	/** Drizzle's own keeps a connection for good that breaks at BEGIN. */
	override async transaction<T>(
		work: (transaction: Transaction) => Promise<T>,
		config?: Parameters<NodePgSession<NoSchema, NoTables>["transaction"]>[1],
	): Promise<T> {
		if (this.#pool === null) return super.transaction(work, config);
		const client = await this.#pool.connect();
		try {
			return await new OrmSession(null, client).transaction(work, config);
		} finally {
			client.release();
		}
	}
}

/** What was thrown on purpose below Drizzle is what its error is about; a text that cannot be kept is its writer's. */
function throwMeant(error: unknown): never {
	const cause = error instanceof DrizzleQueryError ? error.cause : undefined;
	if (cause instanceof FeaturegraphError) throw cause;
	if (cause instanceof DatabaseError && characterStates.test(cause.code ?? "")) {
		throw new FeaturegraphError("BAD_USER_INPUT", "The character U+0000 cannot be kept in a text.", {}, { cause });
	}
	throw error;
}
