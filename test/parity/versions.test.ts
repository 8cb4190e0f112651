/** Definitions change under rows that are there already: what each version reads, online and offline. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeatureFrame } from "../../core/reads/frame.ts";
import { formatTimestamp } from "../../core/time/timestamp.ts";
import { testDatabase } from "../support/database.ts";
import { applyText } from "../support/registry.ts";
import { type ParityHouse, type ParityRead, parityHouse, second } from "./house.ts";

const start = 1_704_067_200n * second;
const test = testDatabase();
let house: ParityHouse;
beforeAll(async () => {
	house = await parityHouse(test.database, start, null);
});
afterAll(() => house.close());

let projectNumber = 0;
/** A project of its own, with its clock at `start`. */
function project() {
	const name = `versions_${projectNumber++}`;
	house.time.now = start;
	const apply = (content: string) => applyText(house.registry, content, { project: name, allowDelete: true });
	const push = async (into: { source: string } | { view: string }, rows: unknown[], more: object = {}) => {
		const { rejected } = await house.push({ project: name, into, rows, deletes: [], to: "BOTH", ...more });
		expect(rejected).toEqual([]);
	};
	const read = (features: string[], entities: ParityRead["entities"]): ParityRead => ({
		project: name,
		features,
		bindings: [],
		entities,
	});
	const online = async (features: string[], entities: ParityRead["entities"]) =>
		valuesOf(await house.online(read(features, entities)));
	const offline = async (features: string[], entities: ParityRead["entities"]) =>
		valuesOf(await house.historical(read(features, entities)));
	/** What both say. */
	const both = async (features: string[], entities: ParityRead["entities"]) => {
		const answer = await online(features, entities);
		expect(answer).toEqual(await offline(features, entities));
		return answer;
	};
	const materialize = (how: Partial<Parameters<ParityHouse["materialize"]>[1]> = {}) =>
		house.materialize(name, { incremental: false, ...how });
	return { name, apply, push, online, offline, both, materialize };
}

const at = (seconds: number): string => formatTimestamp(start + BigInt(seconds) * second);
const valuesOf = ({ columns }: FeatureFrame): unknown[] =>
	columns
		.filter(({ role }) => role === "FEATURE")
		.map(({ values, statuses }) => values.map((value, i) => value ?? statuses?.[i]));

const pushed = (columns: string, features: string, more = "") => `
entities: { airport: { joinKeys: { airport: string } } }
sources: { landings: { push: {}, eventTime: event_ts, columns: { airport: string, event_ts: timestamp, ${columns} } } }
views: { delays: { entities: [airport], source: landings, features: { ${features} }${more} } }
`;
const jfk = [{ airport: "JFK" }];

describe("a push source that gains a column", () => {
	const before = pushed("delay: float64", "delay: float64");
	const after = pushed("delay: float64, gate: string", "delay: float64, gate: string");

	it("has its whole history in the new version, and the old one goes on until it has been materialized", async () => {
		const { apply, push, both, online, offline, materialize } = project();
		await apply(before);
		await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(-10), delay: 1 }]);
		await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(60), delay: 2 }]);
		await apply(after);
		expect(await offline(["delays:*"], jfk)).toEqual([[1], ["NULL_VALUE"]]);
		expect(await online(["delays:delay"], jfk)).toEqual([[1]]);
		// Handed over before, due after.
		house.time.now = start + 60n * second;
		await house.drain();
		expect(await both(["delays@1:delay"], jfk)).toEqual([[2]]);
		await push({ source: "landings" }, [{ airport: "LAX", event_ts: at(50), delay: 3, gate: "B" }]);
		expect(await online(["delays:delay"], [...jfk, { airport: "LAX" }])).toEqual([[2, 3]]);
		await materialize();
		const rows = [...jfk, { airport: "LAX" }];
		expect(await both(["delays:*"], rows)).toEqual([
			[2, 3],
			["NULL_VALUE", "B"],
		]);
		expect(await both(["delays@1:*"], rows)).toEqual([[2, 3]]);
	});

	it("and loses it again", async () => {
		const { apply, push, both, materialize } = project();
		await apply(after);
		await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(-10), delay: 1, gate: "A" }]);
		await apply(before);
		await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(-5), delay: 2 }]);
		await materialize();
		expect(await both(["delays:*"], jfk)).toEqual([[2]]);
		expect(await both(["delays@1:*"], [{ airport: "JFK" }])).toEqual([[2], ["NULL_VALUE"]]);
	});
});

it("refuses a feature or a key of another type than its pushed column, where both paths could not read the same", async () => {
	for (const [column, feature] of [
		["float64", "float32"],
		["int64", "float64"],
		["string", "timestamp"],
		["string", "int64"],
	]) {
		const { apply } = project();
		await expect(
			apply(pushed(`delay: ${column}`, `delay: ${feature}`)),
			`${column} as ${feature}`,
		).rejects.toMatchObject({ errors: [{ code: "INVALID_TYPE", name: "delay" }] });
	}
	const { apply, push, both } = project();
	await apply(pushed("delay: float32, count: int32", "delay: float64, count: int64"));
	await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(-10), delay: 0.5, count: 7 }]);
	expect(await both(["delays:*"], jfk)).toEqual([[0.5], ["7"]]);
});

it("judges one row by the ttl of each version", async () => {
	const { apply, push, both, materialize } = project();
	await apply(pushed("delay: float64", "delay: float64", ", ttl: 1h"));
	await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(-600), delay: 1 }]);
	await apply(pushed("delay: float64", "delay: float64", ", ttl: 5m"));
	await materialize();
	expect(await both(["delays:delay"], jfk)).toEqual([["OUTSIDE_MAX_AGE"]]);
	expect(await both(["delays@1:delay"], jfk)).toEqual([[1]]);
});

describe("a view over a file that rows are pushed into", () => {
	const file = async (text: string): Promise<string> => {
		const path = join(house.folder, `rows_${projectNumber++}.csv`);
		await writeFile(path, text);
		return path;
	};
	const definitions = (path: string, entities: string, features: string, more = "", source = "") => `
entities: { airport: { joinKeys: { airport: string } }, carrier: { joinKeys: { carrier: string } } }
sources: { landings: { csv: ${path}, eventTime: event_ts${source} } }
views: { delays: { entities: [${entities}], source: landings, features: { ${features} }${more} } }
`;

	it("may change its join keys", async () => {
		const { apply, push, both, offline, materialize } = project();
		const path = await file("airport,carrier,delay,event_ts\nJFK,AA,1.5,2023-12-31T00:00:00Z\n");
		await apply(definitions(path, "airport", "delay: float64"));
		await push({ view: "delays" }, [{ airport: "JFK", event_ts: at(-10), delay: 2 }]);
		await materialize();
		expect(await both(["delays:delay"], jfk)).toEqual([[2]]);
		await apply(definitions(path, "airport, carrier", "delay: float64"));
		const pair = [{ airport: "JFK", carrier: "AA" }];
		// What was pushed without a carrier is no row of a pair.
		expect(await offline(["delays:delay"], pair)).toEqual([[1.5]]);
		await push({ view: "delays" }, [{ airport: "JFK", carrier: "BA", event_ts: at(-5), delay: 3 }]);
		await materialize();
		expect(await both(["delays:delay"], [...pair, { airport: "JFK", carrier: "BA" }])).toEqual([[1.5, 3]]);
	});

	it("keeps the order of pushed rows, also where its SQL leaves a tie-break column out", async () => {
		const { apply, push, both, materialize } = project();
		const path = await file("airport,delay,rank,event_ts\nJFK,1.5,1,2023-12-31T00:00:00Z\n");
		const sql = `, transformation: { sql: "SELECT airport, delay, event_ts FROM source" }`;
		await apply(definitions(path, "airport", "delay: float64", sql, ", tieBreak: [rank]"));
		await push({ view: "delays" }, [{ airport: "JFK", event_ts: at(-10), delay: 9 }]);
		await materialize();
		await push({ view: "delays" }, [{ airport: "JFK", event_ts: at(-10), delay: 2 }]);
		expect(await both(["delays:delay"], jfk)).toEqual([[2]]);
	});

	it("a range of a new version does not put the old one out of sight", async () => {
		const { apply, both, online, materialize } = project();
		const path = await file("airport,delay,event_ts\nJFK,1,2023-12-31T00:00:00Z\nLAX,2,2023-12-30T00:00:00Z\n");
		const rows = [...jfk, { airport: "LAX" }];
		await apply(definitions(path, "airport", "delay: float64"));
		await materialize();
		await apply(definitions(path, "airport", "delay: float64", ", ttl: 30d"));
		await materialize({ start: start - 86_400n * second, end: start });
		expect(await online(["delays:delay"], rows)).toEqual([[1, 2]]);
		await materialize();
		expect(await both(["delays:delay"], rows)).toEqual([[1, 2]]);
		expect(await both(["delays@2:delay"], rows)).toEqual([[1, 2]]);
	});

	it("is read as it stands now: a value that was corrected in the file replaces what was online", async () => {
		const { apply, push, both, materialize } = project();
		const path = await file("airport,delay,event_ts\nJFK,5,2023-12-31T00:00:00Z\nLAX,5,2023-12-31T00:00:00Z\n");
		await apply(definitions(path, "airport", "delay: float64"));
		await materialize();
		const rows = [...jfk, { airport: "LAX" }];
		expect(await both(["delays:delay"], rows)).toEqual([[5, 5]]);
		await push({ view: "delays" }, [{ airport: "LAX", event_ts: at(-86_400), delay: 4 }]);
		expect(await both(["delays:delay"], rows)).toEqual([[5, 4]]);
		house.time.now += second;
		await writeFile(path, "airport,delay,event_ts\nJFK,3,2023-12-31T00:00:00Z\nLAX,9,2023-12-31T00:00:00Z\n");
		await materialize();
		// A pushed row wins over one of the file.
		expect(await both(["delays:delay"], rows)).toEqual([[3, 4]]);
	});

	it("follows a query that changed, in a service only once it is asked to", async () => {
		const { apply, both, materialize } = project();
		const path = await file("airport,delay,event_ts\nJFK,1,2023-12-31T00:00:00Z\n");
		const query = (factor: number) =>
			`, query: "SELECT airport, delay * ${factor}.0::DOUBLE AS delay, event_ts FROM source"`;
		await apply(definitions(path, "airport", "delay: float64", "", query(2)));
		await materialize();
		expect(await both(["delays:delay"], jfk)).toEqual([[2]]);
		await apply(definitions(path, "airport", "delay: float64", "", query(3)));
		await materialize();
		expect(await both(["delays:delay", "delays@1:delay"].slice(0, 1), jfk)).toEqual([[3]]);
		expect(await both(["delays@1:delay"], jfk)).toEqual([[2]]);
	});
});

describe("SQL over a push source", () => {
	it("is computed anew: a row that came late changes what was online already, and is found however old it is", async () => {
		const { apply, push, both, materialize } = project();
		const sql = `, transformation: { sql: "SELECT airport, min(delay) OVER (PARTITION BY airport) AS delay, event_ts FROM source" }`;
		await apply(pushed("delay: float64", "delay: float64", sql));
		await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(-10), delay: 5 }]);
		await materialize();
		house.time.now += 7200n * second;
		await push({ source: "landings" }, [
			{ airport: "JFK", event_ts: at(-20), delay: 1 },
			{ airport: "LAX", event_ts: at(-3600), delay: 2 },
		]);
		await materialize({ incremental: true });
		expect(await both(["delays:delay"], [...jfk, { airport: "LAX" }])).toEqual([[1, 2]]);
	});

	it("is materialized: what was pushed late, or in the very instant of the last run, is found", async () => {
		const { apply, push, both, materialize } = project();
		const sql = `, transformation: { sql: "SELECT airport, delay * 2 AS delay, event_ts FROM source" }`;
		await apply(pushed("delay: float64", "delay: float64", sql));
		await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(-10), delay: 1 }]);
		await materialize();
		await push({ source: "landings" }, [{ airport: "JFK", event_ts: at(0), delay: 2 }]);
		await materialize({ incremental: true });
		expect(await both(["delays:delay"], jfk)).toEqual([[4]]);
		house.time.now += 7200n * second;
		await push({ source: "landings" }, [{ airport: "LAX", event_ts: at(0), delay: 3 }]);
		await materialize({ incremental: true });
		expect(await both(["delays:delay"], [...jfk, { airport: "LAX" }])).toEqual([[4, 6]]);
	});
});
