import { describe, expect, test } from "vitest";
import type { BatchViewDefinition, SourceDefinition, SourceOrigin } from "../../../core/definitions/model.ts";
import { logOf, offlineViewOf, sourceLogOf } from "../../../core/offline/offline-view.ts";
import type { BatchViewVersion, SourceVersion } from "../../../core/registry/snapshot.ts";
import { scalar } from "../../../core/values/type.ts";

const governance = { description: null, owner: null, tags: [] };
const stored = { id: 1, version: 1, hash: "", isCurrent: true, createdAt: 0n, createdBy: null };
const airport = { name: "airport", type: scalar("STRING") };
const delay = { name: "delay", type: scalar("FLOAT64") };
const landedAt = { name: "landed_at", type: scalar("TIMESTAMP") };

function source(
	name: string,
	origin: SourceOrigin,
	more: Partial<SourceDefinition> = {},
	base: SourceVersion | null = null,
): SourceVersion {
	const definition: SourceDefinition = {
		...governance,
		kind: "source",
		name,
		origin,
		query: null,
		eventTime: "landed_at",
		createdTime: null,
		availableTime: null,
		tieBreak: [],
		columns: null,
		...more,
	};
	return { ...stored, sourceId: name.length, definition, base };
}

function view(of: SourceVersion, more: Partial<BatchViewDefinition> = {}): BatchViewVersion {
	const definition: BatchViewDefinition = {
		...governance,
		kind: "view",
		viewKind: "BATCH",
		name: "delays",
		entities: ["airport"],
		source: of.definition.name,
		ttlSeconds: 7,
		freshnessSlaSeconds: null,
		partial: false,
		online: true,
		offline: true,
		schedule: null,
		features: [{ ...delay, description: null, tags: [], classification: null, expression: null, graphql: {} }],
		transformation: null,
		graphql: {},
		...more,
	};
	return {
		...stored,
		kind: "BATCH",
		viewId: 3,
		definition,
		entities: [],
		joinKeys: [airport],
		source: of,
		onlineSince: null,
	};
}

const file: SourceOrigin = { kind: "parquet", path: "flights.parquet" };

describe("offlineViewOf", () => {
	test("derived sources unfold into steps, innermost first, and the transformation comes last", () => {
		const flights = source("flights", file, { query: "SELECT 1 FROM flights" });
		const landings = source(
			"landings",
			{ kind: "source", source: "flights" },
			{ query: "SELECT 2 FROM source" },
			flights,
		);
		const offline = offlineViewOf(view(landings, { transformation: { sql: "SELECT 3 FROM landings" } }));
		expect(offline.relation).toEqual({
			origin: file,
			steps: [
				{ name: "flights", sql: "SELECT 1 FROM flights" },
				{ name: "landings", sql: "SELECT 2 FROM source" },
				{ name: "landings", sql: "SELECT 3 FROM landings" },
			],
			columns: null,
			log: null,
		});
		expect(offline).toMatchObject({ name: "delays", features: [delay], ttlMicros: 7_000_000n });
	});

	test("the times are those of the source that the view names", () => {
		const flights = source("flights", file, { eventTime: "departed_at" });
		const more = { createdTime: "loaded_at", availableTime: { kind: "delay", seconds: 60 }, tieBreak: ["id"] } as const;
		const landings = source("landings", { kind: "source", source: "flights" }, { query: "SELECT 1", ...more }, flights);
		expect(offlineViewOf(view(landings))).toMatchObject({ eventTime: "landed_at", ...more });
	});
});

describe("the logs of pushed rows", () => {
	test("a view over files has a log of its own, with its keys, features and time columns", () => {
		const more = {
			createdTime: "loaded_at",
			availableTime: { kind: "column", column: "reported_at" },
			tieBreak: ["id"],
		} as const;
		expect(logOf(view(source("flights", file, more)))).toEqual({
			id: "view_3",
			columns: [
				airport,
				delay,
				landedAt,
				{ name: "loaded_at", type: scalar("TIMESTAMP") },
				{ name: "reported_at", type: scalar("TIMESTAMP") },
			],
			eventTime: "landed_at",
			index: ["airport", "landed_at"],
		});
	});

	test("a view that reads a push source, directly or through queries, reads that source's log", () => {
		const columns = [airport, delay, landedAt];
		const pushed = source("pushed", { kind: "push" }, { columns });
		const derived = source("derived_one", { kind: "source", source: "pushed" }, { query: "SELECT 1" }, pushed);
		for (const of of [pushed, derived]) {
			const version = view(of);
			expect(logOf(version)).toBeNull();
			expect(offlineViewOf(version).log).toBeNull();
			expect(offlineViewOf(version).relation.log).toEqual({
				id: "source_6",
				columns,
				eventTime: "landed_at",
				index: ["airport", "landed_at"],
			});
		}
		expect(sourceLogOf(pushed)).toMatchObject({ id: "source_6", index: ["landed_at"] });
	});

	test("a source that takes no pushes says so", () => {
		expect(() => sourceLogOf(source("flights", file))).toThrow(/not a push source/);
	});
});
