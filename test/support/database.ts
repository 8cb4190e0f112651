import { randomBytes } from "node:crypto";
import { Client, escapeIdentifier } from "pg";
import { afterAll, beforeAll, inject } from "vitest";
import { type Database, openDatabase } from "../../stores/postgres/database.ts";
import { silentLogger } from "./silent-logger.ts";

export interface TestDatabase {
	/** Migrated, empty, this file's own. */
	readonly database: Database;
	readonly url: string;
}

/**
 * Gives the test file (or the `describe` it is called in) a database cloned from the migrated template, dropped
 * afterwards. A connection that somebody else left open then fails the file: close every pool you open.
 *
 * ```ts
 * const test = testDatabase();
 * it("…", () => test.database.drizzle.select()…)
 * ```
 */
export function testDatabase({ maxConnections = 8 }: { readonly maxConnections?: number } = {}): TestDatabase {
	let database: Database | undefined;
	const name = `test_${randomBytes(8).toString("hex")}`;
	const url = databaseUrl(name);
	beforeAll(async () => {
		await administer(`CREATE DATABASE ${escapeIdentifier(name)} TEMPLATE ${escapeIdentifier(templateName())}`);
		database = openDatabase({ url, maxConnections, logger: silentLogger });
	});
	afterAll(async () => {
		await database?.close();
		const leaked = await openConnections(name);
		// Dropping it would break the connection that was left, and bury this error under others.
		if (leaked.length > 0) {
			throw new Error(
				`This file left ${leaked.length} database connections open; the last queries: ${leaked.join("; ")}`,
			);
		}
		await administer(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)}`);
	});
	return {
		get database() {
			if (database === undefined) throw new Error("The database is there once beforeAll has run.");
			return database;
		},
		url,
	};
}

const templateName = (): string => new URL(inject("templateUrl")).pathname.slice(1);

function databaseUrl(name: string): string {
	const url = new URL(inject("templateUrl"));
	url.pathname = `/${name}`;
	return url.toString();
}

async function administer(statement: string): Promise<void> {
	const client = new Client({ connectionString: databaseUrl("postgres") });
	await client.connect();
	try {
		await client.query(statement);
	} finally {
		await client.end();
	}
}

/** The last query of each connection. One that has just been closed may take a moment to be gone. */
async function openConnections(name: string): Promise<string[]> {
	const client = new Client({ connectionString: databaseUrl("postgres") });
	await client.connect();
	try {
		for (let tries = 0; ; tries++) {
			const { rows } = await client.query<{ query: string }>(
				"SELECT query FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
				[name],
			);
			if (rows.length === 0 || tries === 500) return rows.map(({ query }) => query.slice(0, 200));
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	} finally {
		await client.end();
	}
}
