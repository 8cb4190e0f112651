/** Label columns may have any name, also those that columns of ours would have. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { OfflineView } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import { duckdbUnderTest } from "../../conformance/offline/duckdb-under-test.ts";
import { batchOf, collect, type EngineUnderTest } from "../../conformance/offline/harness.ts";

const signal = new AbortController().signal;
const start = 1_704_067_200_000_000n;
let duckdb: EngineUnderTest;
beforeAll(async () => {
	duckdb = await duckdbUnderTest();
});
afterAll(() => duckdb.close());

it("a key that is converted does not meet a label column of the name it would get", async () => {
	const rowColumns: readonly Column[] = [
		{ name: "flight", type: scalar("INT64") },
		{ name: "delay", type: scalar("FLOAT64") },
		{ name: "at", type: scalar("TIMESTAMP") },
	];
	const origin = await duckdb.place(rowColumns, [
		[1n, 10, start],
		[2n, 20, start],
	]);
	const view: OfflineView = {
		name: "delays",
		joinKeys: rowColumns.slice(0, 1),
		features: rowColumns.slice(1, 2),
		relation: { origin, steps: [], columns: null, log: null },
		eventTime: "at",
		createdTime: null,
		availableTime: null,
		tieBreak: [],
		ttlMicros: null,
		log: null,
	};
	const columns: readonly Column[] = [
		{ name: "flight", type: scalar("STRING") },
		{ name: "flight as int64", type: scalar("STRING") },
		{ name: "FLIGHT AS INT64_", type: scalar("INT64") },
		{ name: "at", type: scalar("TIMESTAMP") },
	];
	const labels = await duckdb.spool.write(columns, "at", [
		batchOf(columns, [
			["1", "x", 2n, start],
			["2", "y", 1n, start],
		]),
	]);
	try {
		const rows = duckdb.join.rows(labels, {
			reads: [{ view, keyColumns: ["flight"], features: ["delay"] }],
			outputs: [
				...columns.map(({ name }) => ({ kind: "label", column: name }) as const),
				{ kind: "feature", read: 0, feature: "delay", name: "delay" },
			],
			known: { kind: "event" },
			positions: null,
			signal,
		});
		expect(await collect(rows)).toEqual([
			["1", "x", 2n, start, 10],
			["2", "y", 1n, start, 20],
		]);
	} finally {
		await labels.close();
	}
});
