/** Labels that are answered a stretch at a time have the answers that they have at once, on every engine. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { duckdbUnderTest } from "./duckdb-under-test.ts";
import {
	collect,
	type EngineUnderTest,
	placeScenario,
	pointInTime,
	spoolLabels,
	withoutNegativeZero,
} from "./harness.ts";
import { scenarios } from "./point-in-time-suite.ts";
import { postgresUnderTest } from "./postgres-under-test.ts";

/** -0 and 0 are equal in the order: either may stand for both. */
const answers = async (batches: ReturnType<typeof pointInTime>) =>
	(await collect(batches)).map((values) => values.map(withoutNegativeZero));

const never = new AbortController().signal;
const database = testDatabase();
const engines: Readonly<Record<string, () => Promise<EngineUnderTest>>> = {
	"DuckDB over Parquet": () => duckdbUnderTest(),
	PostgreSQL: () => {
		const { pool } = database.database;
		return postgresUnderTest(pool, pool, {
			timeType: "timestamptz",
			indexed: false,
			connection: null,
			engine: "postgres",
		});
	},
};

describe.each(Object.keys(engines))("%s", (name) => {
	let under: EngineUnderTest;
	beforeAll(async () => {
		const open = engines[name];
		if (open === undefined) throw new Error(`There is no engine ${name}.`);
		under = await open();
	});
	afterAll(() => under.close());

	it("answers stretches of generated labels as it answers all of them", async () => {
		await fc.assert(
			fc.asyncProperty(
				scenarios,
				fc.integer({ min: 6, max: 30 }),
				fc.boolean(),
				async ({ scenario, labels, known }, shardRows, sharing) => {
					const { view } = await placeScenario(under, scenario);
					const keyColumns = scenario.keys.map(({ name: key }) => key);
					const reads = [{ view, keyColumns, features: view.features.map(({ name: feature }) => feature) }];
					const frame = await spoolLabels(under, scenario.keys, labels);
					const shared = under.join.share(frame);
					try {
						const whole = await answers(pointInTime(under, frame, { reads, known }));
						const cut: unknown[][] = [];
						for (let first = 0; first < frame.rowCount; first += shardRows) {
							const count = Math.min(shardRows, frame.rowCount - first);
							const slice = await under.spool.slice(frame, first, count, never);
							expect([slice.rowCount, slice.firstRow]).toEqual([count, first]);
							const asked = { reads, known, ...(sharing ? { shared } : {}) };
							cut.push(...(await answers(pointInTime(under, slice, asked))));
							await slice.close();
						}
						expect(cut).toEqual(whole);
					} finally {
						await shared.close();
						await frame.close();
					}
				},
			),
			{ numRuns: 8 },
		);
	}, 120_000);
});
