import { Client } from "pg";
import { describe, expect, inject, it } from "vitest";
import { testDatabase } from "./database.ts";

describe("the database of a test file", () => {
	const one = testDatabase();
	const other = testDatabase();

	it("is migrated, and nobody else's", async () => {
		await one.database.pool.query("INSERT INTO featuregraph.projects (name) VALUES ('mine')");
		const count = async ({ database }: typeof one): Promise<unknown> =>
			(await database.pool.query("SELECT count(*) AS n FROM featuregraph.projects")).rows[0];
		expect(await count(one)).toEqual({ n: 1n });
		expect(await count(other)).toEqual({ n: 0n });
	});

	it("leaves the template as it was", async () => {
		const template = new URL(inject("templateUrl"));
		const client = new Client({ connectionString: one.url });
		await client.connect();
		try {
			const { rows } = await client.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = $1", [
				template.pathname.slice(1),
			]);
			expect(rows).toEqual([{ n: 0 }]);
		} finally {
			await client.end();
		}
	});

	it("reads 64-bit integers and times exactly", async () => {
		const { rows } = await one.database.pool.query(
			"SELECT 9223372036854775807 AS i, ARRAY[1, NULL]::bigint[] AS l, timestamptz '2024-01-01 00:00:00.123457+02' AS t",
		);
		expect(rows).toEqual([{ i: 2n ** 63n - 1n, l: [1n, null], t: "2023-12-31 22:00:00.123457+00" }]);
	});
});
