import { sql } from "drizzle-orm";
import { Client, escapeIdentifier } from "pg";
import { afterAll, describe, expect, inject, it } from "vitest";
import { openDatabase } from "../../../stores/postgres/database.ts";
import { migrateDatabase } from "../../../stores/postgres/migrate.ts";
import { testDatabase } from "../../support/database.ts";
import { silentLogger } from "../../support/silent-logger.ts";

async function onServer(statement: string): Promise<void> {
	const url = new URL(inject("templateUrl"));
	url.pathname = "/postgres";
	const client = new Client({ connectionString: url.toString() });
	await client.connect();
	await client.query(statement);
	await client.end();
}

describe("migrations", () => {
	const name = `migrate_${process.pid}`;
	afterAll(() => onServer(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)}`));

	it("are applied once by processes that start at the same time, and again without effect", async () => {
		await onServer(`CREATE DATABASE ${escapeIdentifier(name)}`);
		const url = new URL(inject("templateUrl"));
		url.pathname = `/${name}`;
		const databases = Array.from({ length: 4 }, () =>
			openDatabase({ url: url.toString(), maxConnections: 1, logger: silentLogger }),
		);
		try {
			await Promise.all(databases.map(migrateDatabase));
			await Promise.all(databases.map(migrateDatabase));
			const [first] = databases;
			const { rows } = (await first?.pool.query(
				"SELECT count(*) AS n, count(DISTINCT hash) AS hashes FROM featuregraph_migrations.__drizzle_migrations",
			)) ?? { rows: [] };
			expect(rows[0].n).toBe(rows[0].hashes);
			expect(rows[0].n).toBeGreaterThan(0n);
		} finally {
			await Promise.all(databases.map((database) => database.close()));
		}
	});
});

describe("history", () => {
	const test = testDatabase();

	it("keeps the audit log append-only", async () => {
		const { pool } = test.database;
		await pool.query(
			"INSERT INTO featuregraph.audit_log (at, principal, action, subject, details) VALUES (now(), 'ada', 'apply', 'x', '{}')",
		);
		await expect(pool.query("UPDATE featuregraph.audit_log SET principal = 'eve'")).rejects.toThrow(/never changed/);
		await expect(pool.query("DELETE FROM featuregraph.audit_log")).rejects.toThrow(/never changed/);
		await expect(pool.query("TRUNCATE featuregraph.audit_log")).rejects.toThrow(/never changed/);
	});

	it("lets a definition version go online once and changes nothing else of it", async () => {
		const { pool, drizzle } = test.database;
		await pool.query(`WITH p AS (INSERT INTO featuregraph.projects (name) VALUES ('default') RETURNING id),
			d AS (INSERT INTO featuregraph.definitions (project_id, kind, name, governance, created_at)
				SELECT id, 'view', 'v', '{}', now() FROM p RETURNING id)
			INSERT INTO featuregraph.definition_versions (definition_id, version, hash, body, created_at)
			SELECT id, 1, 'h', '{}', now() FROM d`);
		const change = (set: string) => drizzle.execute(sql.raw(`UPDATE featuregraph.definition_versions SET ${set}`));
		await expect(change("body = '{\"a\":1}'")).rejects.toThrow();
		await expect(change("online_since = now(), hash = 'other'")).rejects.toThrow();
		await change("online_since = now()");
		await expect(change("online_since = now()")).rejects.toThrow();
		await expect(pool.query("DELETE FROM featuregraph.definition_versions")).rejects.toThrow(/never changed/);
	});
});
