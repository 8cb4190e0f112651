import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import type { Pool } from "pg";
import { expect, it } from "vitest";
import { PostgresSession } from "../../../stores/offline/postgres/session.ts";
import { testDatabase } from "../../support/database.ts";

const test = testDatabase();

/** A pool on which cancelling takes its time, so that what was cancelled has long ended. */
const slowToCancel = (pool: Pool): Pool =>
	new Proxy(pool, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name);
			if (typeof member !== "function") return member;
			if (name !== "query") return member.bind(target) as unknown;
			return async (text: string, values: unknown[]) => {
				await sleep(100);
				return target.query(text, values);
			};
		},
	});

it("a read that is cancelled late cancels nothing of whoever has its connection next", async () => {
	const { pool } = test.database;
	const stop = new AbortController();
	const session = await PostgresSession.open(slowToCancel(pool), { statementTimeoutMs: 5000 }, stop.signal);
	await session.execute(sql.raw("SELECT 1"));
	stop.abort();
	await session.close();
	const others = Array.from({ length: 4 }, () => pool.query("SELECT pg_sleep(0.4)"));
	await expect(Promise.all(others)).resolves.toHaveLength(4);
});
