import { describe, expect, test } from "vitest";
import type { OfflineView } from "../../../core/ports/offline-engine.ts";
import { scalar } from "../../../core/values/type.ts";
import { duckdbUnderTest } from "./duckdb-under-test.ts";
import { at, collect, type EngineUnderTest, placeScenario, pointInTime, row, spoolLabels } from "./harness.ts";
import { latestSuite } from "./latest-suite.ts";
import { pointInTimeSuite } from "./point-in-time-suite.ts";
import { relationSuite } from "./relation-suite.ts";

describe("DuckDB over Parquet, point in time", () => pointInTimeSuite(() => duckdbUnderTest()));
describe("DuckDB over Parquet, latest", () => latestSuite(() => duckdbUnderTest()));
describe("DuckDB over Parquet, relations", () => relationSuite(() => duckdbUnderTest()));

describe("SQL of others is stopped when it takes longer than it may", () => {
	const keys = [{ name: "k", type: scalar("STRING") }];
	const features = [{ name: "v", type: scalar("FLOAT64") }];
	const slow =
		"SELECT k, v + (SELECT count(*) FROM generate_series(1, 100000) AS x(i), generate_series(1, 100000) AS y(j) WHERE (x.i * y.j) % 7 = v) AS v, event_ts FROM source";
	const steps = [{ name: "slow", sql: slow }];
	const signal = new AbortController().signal;

	test.each<[string, (under: EngineUnderTest, view: OfflineView) => Promise<unknown>]>([
		[
			"in a join",
			async (under, view) => {
				const frame = await spoolLabels(under, keys, [{ keys: ["a"], ts: at(1) }]);
				const rows = pointInTime(under, frame, { reads: [{ view, keyColumns: ["k"], features: ["v"] }] });
				return collect(rows).finally(() => frame.close());
			},
		],
		["in a scan", ({ engine }, { relation }) => collect(engine.scan(relation, signal).batches)],
		[
			"when the latest rows are read",
			({ engine }, view) =>
				collect(engine.latest({ view, from: null, to: at(9), eventRange: null, afterKey: null, signal })),
		],
		["when the newest row is looked for", ({ engine }, view) => engine.newest(view, at(9))],
	])("%s", async (_name, read) => {
		const under = await duckdbUnderTest({ statementTimeoutMs: 300 });
		try {
			const { view } = await placeScenario(under, { keys, features, rows: [row(["a"], at(1), [1])] });
			const slowView = { ...view, relation: { ...view.relation, steps } };
			await expect(read(under, slowView)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
		} finally {
			await under.close();
		}
	});
});
