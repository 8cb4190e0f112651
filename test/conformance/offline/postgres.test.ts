import { describe } from "vitest";
import { testDatabase } from "../../support/database.ts";
import type { EngineUnderTest } from "./harness.ts";
import { latestSuite } from "./latest-suite.ts";
import { pointInTimeSuite } from "./point-in-time-suite.ts";
import { postgresUnderTest } from "./postgres-under-test.ts";
import { relationSuite } from "./relation-suite.ts";

const suites = [
	["point in time", pointInTimeSuite],
	["latest", latestSuite],
	["relations", relationSuite],
] as const;

/** The next suite's logs have other numbers, so one database serves all. */
describe("PostgreSQL, an indexed table with naive times", () => {
	const own = testDatabase();
	const open = (): Promise<EngineUnderTest> => {
		const { pool } = own.database;
		return postgresUnderTest(pool, pool, {
			timeType: "timestamp",
			indexed: true,
			connection: null,
			engine: "postgres",
		});
	};
	for (const [name, suite] of suites) describe(name, () => suite(open));
});

describe("PostgreSQL, a table of another database without an index", () => {
	const own = testDatabase();
	const other = testDatabase();
	const open = (): Promise<EngineUnderTest> =>
		postgresUnderTest(own.database.pool, other.database.pool, {
			timeType: "timestamptz",
			indexed: false,
			connection: "warehouse",
			engine: "postgres",
		});
	for (const [name, suite] of suites) describe(name, () => suite(open));
});

describe("PostgreSQL, rows that are copied out and joined by DuckDB", () => {
	const own = testDatabase();
	const other = testDatabase();
	const [pointInTime] = suites;
	describe("a table with naive times", () =>
		pointInTime[1](() => {
			const { pool } = own.database;
			return postgresUnderTest(pool, pool, {
				timeType: "timestamp",
				indexed: true,
				connection: null,
				engine: "duckdb",
			});
		}));
	describe("a table of another database", () =>
		relationSuite(() =>
			postgresUnderTest(own.database.pool, other.database.pool, {
				timeType: "timestamptz",
				indexed: false,
				connection: "warehouse",
				engine: "duckdb",
			}),
		));
});
