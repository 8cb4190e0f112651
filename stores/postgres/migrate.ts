import { fileURLToPath } from "node:url";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import type { Database } from "./database.ts";

const migrationsFolder = fileURLToPath(new URL("migrations", import.meta.url));

/** Any constant will do, as long as nobody else takes it: "featgrph" in ASCII. */
const migrationLock = 7_378_413_900_884_406_376n;

/**
 * Brings the tables up to date. Every process does this at its start: one at a time, and what is done already is left
 * alone.
 */
export async function migrateDatabase(database: Database): Promise<void> {
	const client = await database.pool.connect();
	try {
		await client.query("SELECT pg_advisory_lock($1)", [migrationLock]);
		await migrate(drizzle(client), { migrationsFolder, migrationsSchema: "featuregraph_migrations" });
		await client.query("SELECT pg_advisory_unlock($1)", [migrationLock]);
		client.release();
	} catch (error) {
		// Closing the connection ends the lock.
		client.release(true);
		throw error;
	}
}
