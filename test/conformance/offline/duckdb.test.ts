import { describe, expect, test } from "vitest";
import { scalar } from "../../../core/values/type.ts";
import { duckdbUnderTest } from "./duckdb-under-test.ts";
import { at, collect, placeScenario, pointInTime, row, spoolLabels } from "./harness.ts";
import { latestSuite } from "./latest-suite.ts";
import { pointInTimeSuite } from "./point-in-time-suite.ts";
import { relationSuite } from "./relation-suite.ts";

describe("DuckDB over Parquet, point in time", () => pointInTimeSuite(() => duckdbUnderTest()));
describe("DuckDB over Parquet, latest", () => latestSuite(() => duckdbUnderTest()));
describe("DuckDB over Parquet, relations", () => relationSuite(() => duckdbUnderTest()));

test("SQL of others is stopped when it takes longer than it may", async () => {
	const under = await duckdbUnderTest({ statementTimeoutMs: 300 });
	try {
		const keys = [{ name: "k", type: scalar("STRING") }];
		const features = [{ name: "v", type: scalar("FLOAT64") }];
		const { view } = await placeScenario(under, { keys, features, rows: [row(["a"], at(1), [1])] });
		const slow =
			"SELECT k, v + (SELECT count(*) FROM generate_series(1, 100000) AS x(i), generate_series(1, 100000) AS y(j) WHERE (x.i * y.j) % 7 = v) AS v, event_ts FROM source";
		const steps = [{ name: "slow", sql: slow }];
		const frame = await spoolLabels(under, keys, [{ keys: ["a"], ts: at(1) }]);
		const reads = [{ view: { ...view, relation: { ...view.relation, steps } }, keyColumns: ["k"], features: ["v"] }];
		await expect(collect(pointInTime(under, frame, { reads }))).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
		await frame.close();
	} finally {
		await under.close();
	}
});
