import { sql } from "drizzle-orm";
import { Client } from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { PostgresSession } from "../../../stores/offline/postgres/session.ts";
import { type Database, openDatabase } from "../../../stores/postgres/database.ts";
import { openSourcePool } from "../../../stores/postgres/source-pool.ts";
import { testDatabase } from "../../support/database.ts";
import { freePort } from "../../support/free-port.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const test = testDatabase();
const opened: Database[] = [];
function open(url: string, statementMillis = 10_000): Database {
	const database = openDatabase({ url, maxConnections: 2, statementMillis, logger: silentLogger });
	opened.push(database);
	return database;
}
afterEach(async () => {
	await Promise.all(opened.splice(0).map((database) => database.close()));
});

const unavailable = { name: "FeaturegraphError", code: "STORE_UNAVAILABLE", message: "The database does not answer." };
const suicide = "SELECT pg_terminate_backend(pg_backend_pid())";

/** As a restart does: every connection of the database breaks, while it is idle. */
async function breakConnections(): Promise<void> {
	const client = new Client({ connectionString: test.url });
	await client.connect();
	await client.query(
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
	);
	await client.end();
}

describe("a connection that breaks", () => {
	it("is STORE_UNAVAILABLE, however it was used, and the next query has another one", async () => {
		const { pool, drizzle, transaction } = open(test.url);
		await expect(pool.query(suicide)).rejects.toMatchObject(unavailable);
		await expect(drizzle.execute(sql.raw(suicide))).rejects.toMatchObject(unavailable);
		await expect(transaction((inner) => inner.execute(sql.raw(suicide)))).rejects.toMatchObject(unavailable);
		await expect(drizzle.transaction((inner) => inner.execute(sql.raw(suicide)))).rejects.toMatchObject(unavailable);
		const client = await pool.connect();
		await expect(client.query(suicide)).rejects.toMatchObject(unavailable);
		client.release();
		expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
	});

	it("costs no connection for good, however often it happens", async () => {
		const { drizzle, transaction } = open(test.url);
		for (let times = 0; times < 4; times++) {
			const both = [1, 2].map(() => transaction((inner) => inner.execute(sql`SELECT 1`)));
			await Promise.allSettled([...both, breakConnections()]);
		}
		const both = () => [1, 2].map(() => transaction((inner) => inner.execute(sql`SELECT pg_sleep(0.01)`)));
		const answers = () => Promise.all(both()).then((results) => results.length, String);
		// A connection may still be on its way out.
		await expect.poll(answers).toBe(2);
		await expect(drizzle.execute(sql`SELECT 1`)).resolves.toBeDefined();
	});
});

describe("a database that is not there", () => {
	it("is STORE_UNAVAILABLE, and its address stays with us", async () => {
		const { pool, drizzle, transaction, ping } = open(`postgres://me:secret@127.0.0.1:${await freePort()}/nowhere`);
		const attempts = await Promise.allSettled([
			pool.query("SELECT 1"),
			pool.connect(),
			drizzle.execute(sql`SELECT 1`),
			transaction((inner) => inner.execute(sql`SELECT 1`)),
			ping(),
		]);
		for (const attempt of attempts) expect(attempt).toMatchObject({ status: "rejected", reason: unavailable });
	});
});

describe("a statement that does not come back", () => {
	it("is STORE_UNAVAILABLE after a while", async () => {
		const { pool } = open(test.url, 300);
		await expect(pool.query("SELECT pg_sleep(1)")).rejects.toMatchObject(unavailable);
		await expect.poll(() => pool.query("SELECT 1").then(() => "answers", String)).toBe("answers");
	});
});

describe("the database of a source", () => {
	it("may go away and come back: what is idle meanwhile is replaced", async () => {
		const pool = openSourcePool({ name: "sales", url: test.url, maxConnections: 2, logger: silentLogger });
		const session = await PostgresSession.open(pool, { statementTimeoutMs: 10_000 }, null);
		await session.close();
		await breakConnections();
		await expect.poll(() => pool.totalCount).toBe(0);
		const again = await PostgresSession.open(pool, { statementTimeoutMs: 10_000 }, null);
		expect(await again.rows(sql`SELECT 1`)).toEqual([["1"]]);
		await again.close();
		await pool.end();
	});
});

describe("what is the statement's own fault", () => {
	it("stays what it is", async () => {
		const { pool, drizzle } = open(test.url);
		await expect(pool.query("SELECT nonsense")).rejects.toMatchObject({ code: "42703" });
		await expect(drizzle.execute(sql`SELECT nonsense`)).rejects.toMatchObject({ cause: { code: "42703" } });
	});
});
