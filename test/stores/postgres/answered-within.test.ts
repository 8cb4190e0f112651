import { afterEach, describe, expect, it } from "vitest";
import { type Database, openDatabase } from "../../../stores/postgres/database.ts";
import { testDatabase } from "../../support/database.ts";
import { promotedBytes } from "../../support/promoted-bytes.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const test = testDatabase();
const opened: Database[] = [];
function open(statementMillis: number): Database {
	const database = openDatabase({ url: test.url, maxConnections: 2, statementMillis, logger: silentLogger });
	opened.push(database);
	return database;
}
afterEach(async () => {
	await Promise.all(opened.splice(0).map((database) => database.close()));
});

const unavailable = { code: "STORE_UNAVAILABLE" };

describe("queries with a time to be answered in", () => {
	it("are garbage once they are answered", async () => {
		const { pool } = open(10_000);
		const query = { name: "text", text: "SELECT repeat('x', 300) AS text, $1::text AS given", values: ["given"] };
		expect(await promotedBytes(1_000, () => pool.query(query))).toBeLessThan(500);
		const client = await pool.connect();
		expect(await promotedBytes(1_000, () => client.query(query))).toBeLessThan(500);
		client.release();
	});

	it("fail when it has passed, however they are asked, and their connection is not used again", async () => {
		const { pool } = open(150);
		const sleep = "SELECT pg_sleep(0.6)";
		await expect(pool.query(sleep)).rejects.toMatchObject(unavailable);
		const client = await pool.connect();
		await expect(client.query(sleep)).rejects.toMatchObject(unavailable);
		client.release();
		const error = await new Promise((resolve) => {
			pool.query(sleep, (failure: Error) => resolve(failure));
		});
		expect(error).toMatchObject({ message: "Query read timeout" });
		// On a new connection, whose first query may take a slow machine longer than that.
		const patient = { text: "SELECT 1 AS one", query_timeout: 10_000 };
		expect((await pool.query(patient)).rows).toEqual([{ one: 1 }]);
	});

	it("keep to a longer time that is their own", async () => {
		const { pool } = open(150);
		const query = { text: "SELECT 1 AS one FROM pg_sleep(0.4)", query_timeout: 5_000 };
		expect((await pool.query(query)).rows).toEqual([{ one: 1 }]);
	});

	it("tell what the database says of a wrong one", async () => {
		const { pool } = open(10_000);
		await expect(pool.query("SELEC 1")).rejects.toMatchObject({ code: "42601" });
		const client = await pool.connect();
		await expect(client.query("SELEC 1")).rejects.toMatchObject({ code: "42601" });
		expect((await client.query("SELECT $1::int AS one", [1])).rows).toEqual([{ one: 1 }]);
		client.release();
	});
});
