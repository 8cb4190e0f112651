import { describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { resolveSelection } from "../../../core/reads/resolve-selection.ts";
import { batchView, entity, onDemandView, pushSource, service, snapshotOf } from "../../support/registry-snapshot.ts";

const airport = entity(1, "airport", { airport: "string" });
const flight = entity(2, "flight", { flight: "int64" });
const source = pushSource(3, "landings", { airport: "string", event_time: "timestamp", delay: "float64", n: "int64" });
const delays1 = batchView(10, "airport_delays", [airport], source, { delay: "float64" });
const delays2 = batchView(
	11,
	"airport_delays",
	[airport],
	source,
	{ delay: "float64", n: "int64" },
	{
		version: 2,
		viewId: 10,
		onlineSince: null,
	},
);
const flights = batchView(12, "flights", [flight], source, { delay: "float64", distance: "float64" });
const context = onDemandView(13, "trip_context", { hour: "int32", day: "date" }, [delays1], {
	rush: ["float64", "request.hour >= 16 ? airport_delays.delay * 1.5 : airport_delays.delay"],
	twice: ["float64", "airport_delays.delay * 2"],
	is_day: ["bool", "request.day == date('2024-01-01')"],
});
const outer = onDemandView(14, "outer_context", {}, [context, flights], {
	sum: ["float64", "trip_context.rush + flights.distance"],
});
const byFlight = onDemandView(15, "by_flight", { flight: "string" }, [flights], { text: ["string", "request.flight"] });
const ofService = (prefix: string, column: string) => ({
	prefix,
	viewVersion: delays1,
	feature: "delay",
	joinKeys: { airport: column },
});
const snapshot = snapshotOf({
	sources: [source],
	views: [delays1, delays2, flights, context, outer, byFlight],
	services: [
		service(20, "delay_model", [ofService("from", "origin"), ofService("to", "destination")]),
		service(21, "delay_model", [{ ...ofService("from", "origin"), viewVersion: delays2 }], 2),
	],
});

const online = { fullFeatureNames: false, versions: "online" } as const;
const resolve = (features: readonly string[], bindings: Parameters<typeof resolveSelection>[2] = [], options = {}) =>
	resolveSelection(snapshot, { features }, bindings, { ...online, ...options });

function refusal(read: () => unknown): FeaturegraphError {
	try {
		read();
	} catch (error) {
		if (error instanceof FeaturegraphError) return error;
		throw error;
	}
	throw new Error("Nothing was refused");
}

const bind = (alias: string, column: string, view = "airport_delays", joinKey = "airport") => ({
	alias,
	view,
	joinKeys: [{ joinKey, column }],
});

describe("names", () => {
	it("reads the version that answers online, or the current one", () => {
		expect(resolve(["airport_delays:delay"]).features[0]?.viewVersion.version).toBe(1);
		expect(resolve(["airport_delays:delay"], [], { versions: "current" }).features[0]?.viewVersion.version).toBe(2);
		expect(resolve(["airport_delays@2:n"]).features[0]?.viewVersion.version).toBe(2);
	});

	it("reads the current version where none has values yet", () => {
		const fresh = snapshotOf({ views: [delays2] });
		const resolved = resolveSelection(fresh, { features: ["airport_delays:n"] }, [], online);
		expect(resolved.features[0]?.viewVersion).toBe(delays2);
	});

	it("expands view:* in the order of the definition, once", () => {
		const { features } = resolve(["airport_delays@2:*", "airport_delays@2:n"]);
		expect(features.map(({ name }) => name)).toEqual(["delay", "n"]);
	});

	it.each([
		[["airport_delay:delay"], "UNKNOWN_VIEW", ["airport_delays"]],
		[["airport_delays:dely"], "UNKNOWN_FEATURE", ["airport_delays:delay"]],
		[["airport_delays@3:delay"], "UNKNOWN_VIEW", ["airport_delays@1", "airport_delays@2"]],
	])("refuses %s with the nearest names", (features, code, nearest) => {
		const error = refusal(() => resolve(features));
		expect(error).toMatchObject({ code, details: { nearest } });
	});

	it.each(["airport_delays", "a:b:c", "", "a b:c", "view@0:x", "view@x:y", ":x", "x:"])(
		"refuses %j as no reference",
		(text) => {
			expect(refusal(() => resolve([text])).code).toBe("INVALID_REFERENCE");
		},
	);

	it("refuses an empty selection", () => {
		expect(refusal(() => resolve([])).code).toBe("BAD_USER_INPUT");
	});

	it("refuses more bindings, references or features than one request may select", () => {
		const alias = (n: number) => ({
			alias: `a${n}`,
			view: "flights",
			joinKeys: [{ joinKey: "flight", column: `c${n}` }],
		});
		const bindings = Array.from({ length: 5_001 }, (_, n) => alias(n));
		const full = { fullFeatureNames: true };
		const wide = bindings.map(({ alias: name }) => `${name}:*`);
		expect(refusal(() => resolve(wide, bindings, full))).toMatchObject({
			code: "LIMIT_EXCEEDED",
			message: "10002 features are selected; 10000 at once are the most.",
		});
		expect(resolve(wide.slice(1), bindings, full).features).toHaveLength(10_000);
		expect(
			refusal(() =>
				resolve(
					["flights:*"],
					Array.from({ length: 10_001 }, (_, n) => alias(n)),
				),
			),
		).toMatchObject({
			code: "LIMIT_EXCEEDED",
		});
		expect(refusal(() => resolve(Array.from({ length: 10_001 }, (_, n) => `v${n}:f`)))).toMatchObject({
			code: "LIMIT_EXCEEDED",
		});
	});

	it("names both features that would be one column", () => {
		const error = refusal(() => resolve(["airport_delays:delay", "flights:delay"]));
		expect(error.code).toBe("NAME_COLLISION");
		expect(error.message).toMatch(/airport_delays:delay.*flights:delay/);
		const full = resolve(["airport_delays:delay", "flights:delay"], [], { fullFeatureNames: true });
		expect(full.features.map(({ name }) => name)).toEqual(["airport_delays__delay", "flights__delay"]);
	});

	it("refuses a feature that would hide a row column", () => {
		expect(refusal(() => resolve(["airport_delays:delay"], [bind("airport_delays", "delay")])).code).toBe(
			"NAME_COLLISION",
		);
	});
});

describe("reads", () => {
	it("reads one view through the same columns once, through others once more", () => {
		const { batch, joinKeys, features } = resolve(
			["from:delay", "to:delay", "again:delay"],
			[bind("from", "origin"), bind("to", "destination"), bind("again", "origin")],
			{ fullFeatureNames: true },
		);
		expect(batch.map(({ keyColumns }) => keyColumns)).toEqual([["origin"], ["destination"]]);
		expect(joinKeys.map(({ name }) => name)).toEqual(["origin", "destination"]);
		expect(features.map(({ read }) => read.index)).toEqual([0, 1, 0]);
	});

	it("fetches what expressions need, and asks for the request columns that they use", () => {
		const { batch, onDemand, request, joinKeys } = resolve(["trip_context:rush"]);
		expect(batch.map(({ features }) => features)).toEqual([["delay"]]);
		expect(onDemand.map(({ features }) => features)).toEqual([["rush"]]);
		expect(request.map(({ name }) => name)).toEqual(["hour"]);
		expect(joinKeys.map(({ name }) => name)).toEqual(["airport"]);
	});

	it("computes an input on demand before what reads it", () => {
		const { batch, onDemand, request } = resolve(["outer_context:sum"]);
		expect(onDemand.map(({ view }) => view.definition.name)).toEqual(["trip_context", "outer_context"]);
		expect(onDemand[1]?.inputs).toEqual([
			{ kind: "onDemand", index: 0 },
			{ kind: "batch", index: 1 },
		]);
		expect(batch.map(({ features }) => features)).toEqual([["delay"], ["distance"]]);
		expect(request.map(({ name }) => name)).toEqual(["hour"]);
	});

	it("binds the join keys of the inputs of an on-demand view", () => {
		const { batch, onDemand } = resolve(
			["from:twice", "to:twice"],
			[bind("from", "origin", "trip_context"), bind("to", "destination", "trip_context")],
			{ fullFeatureNames: true },
		);
		expect(batch.map(({ keyColumns }) => keyColumns)).toEqual([["origin"], ["destination"]]);
		expect(onDemand.map(({ inputs }) => inputs)).toEqual([
			[{ kind: "batch", index: 0 }],
			[{ kind: "batch", index: 1 }],
		]);
	});

	it("refuses a column that is needed in two types, and takes one in the same type for both", () => {
		expect(refusal(() => resolve(["by_flight:text"])).message).toContain('"flight"');
		const { joinKeys, request } = resolve(["by_flight:text"], [bind("by_flight", "id", "by_flight", "flight")]);
		expect([joinKeys, request].map((columns) => columns.map(({ name }) => name))).toEqual([["id"], ["flight"]]);
		const same = resolve(["trip_context:rush"], [bind("trip_context", "hour_of", "trip_context")]);
		expect(same.request.map(({ name }) => name)).toEqual(["hour"]);
	});
});

describe("bindings", () => {
	it("refuses unknown join keys, views and versions behind an alias", () => {
		expect(refusal(() => resolve(["a:delay"], [bind("a", "x", "airport_delays", "airprt")]))).toMatchObject({
			code: "UNKNOWN_COLUMN",
			details: { nearest: ["airport"] },
		});
		expect(refusal(() => resolve(["a:delay"], [bind("a", "x", "airport_dely")])).code).toBe("UNKNOWN_VIEW");
		expect(refusal(() => resolve(["a@1:delay"], [bind("a", "x")])).code).toBe("INVALID_REFERENCE");
		expect(refusal(() => resolve(["a:delay"], [bind("a", "x"), bind("a", "y")])).code).toBe("NAME_COLLISION");
		expect(refusal(() => resolve(["frm:delay"], [bind("from", "x")]))).toMatchObject({
			details: { nearest: ["from"] },
		});
	});

	it("binds a version", () => {
		const { features } = resolve(["a:n"], [bind("a", "x", "airport_delays@2")]);
		expect(features[0]?.viewVersion).toBe(delays2);
	});
});

describe("feature services", () => {
	const read = (featureService: string, options = {}) =>
		resolveSelection(snapshot, { featureService }, [], { ...online, fullFeatureNames: true, ...options });

	it("reads frozen versions through frozen bindings", () => {
		const { batch, features } = read("delay_model@1");
		expect(features.map(({ name }) => name)).toEqual(["from__delay", "to__delay"]);
		expect(batch.map(({ keyColumns }) => keyColumns)).toEqual([["origin"], ["destination"]]);
	});

	it("answers online by the newest version whose views have values", () => {
		expect(read("delay_model").features).toHaveLength(2);
		expect(read("delay_model", { versions: "current" }).features).toHaveLength(1);
		expect(read("delay_model@2").features[0]?.viewVersion).toBe(delays2);
	});

	it("refuses unknown names and versions", () => {
		expect(refusal(() => read("delay_modl"))).toMatchObject({
			code: "UNKNOWN_SERVICE",
			details: { nearest: ["delay_model"] },
		});
		expect(refusal(() => read("delay_model@9")).code).toBe("UNKNOWN_SERVICE");
		expect(
			refusal(() => resolveSelection(snapshot, { featureService: "delay_model" }, [bind("a", "x")], online)).code,
		).toBe("BAD_USER_INPUT");
	});
});
