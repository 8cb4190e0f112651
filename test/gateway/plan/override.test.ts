import { type QueryPlan, QueryPlanner } from "@graphql-hive/router-query-planner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Principal } from "../../../core/ports/principal.ts";
import { createOverrides, percentageOf } from "../../../gateway/plan/override.ts";
import { compose } from "../../../schema/compose.ts";
import { sources, supergraphSdl } from "./graph.ts";

const principal = (id: string): Principal => ({ id, permissions: new Set(), projects: null });
const planner = new QueryPlanner(supergraphSdl);
const plan = (text: string, { labels, percentage }: { labels: readonly string[]; percentage: number }) =>
	JSON.stringify(planner.plan(text, null, new Set(labels), percentage));
/** Fields that a plan asks `profiles` for. */
const moved = (text: string): string[] =>
	[...text.matchAll(/"serviceName":"profiles".*?\.\.\.on User\{([^}]*)\}/g)].flatMap(
		([, fields]) => fields?.split(" ") ?? [],
	);

describe("what the planner makes of labels and percentages", () => {
	const text = "{ users { name motto bio } }";
	it.each<[string[], number, string[]]>([
		[[], 0, ["name", "motto"]],
		[[], 24.999, ["name", "motto"]],
		[[], 25, ["motto"]],
		[[], 59.999, ["motto"]],
		[[], 60, []],
		[[], 100, []],
		[["new-bio"], 100, ["bio"]],
		[["new-bio"], 0, ["name", "motto", "bio"]],
		[["percent(25)", "percent(60)", "other"], 99, []],
	])("with %j at %d %j move", (labels, percentage, expected) => {
		expect(moved(plan(text, { labels, percentage })).sort()).toEqual(expected.sort());
	});

	it("reads them from the supergraph", () => {
		expect(planner.overrideLabels).toEqual(["new-bio"]);
		expect([...planner.overridePercentages].sort()).toEqual([25, 60]);
	});

	it("takes fractions of percents, and moves none at 0 and all at 100", () => {
		for (const [percent, at, moves] of [
			["0.5", 0.49, true],
			["0.5", 0.5, false],
			["0", 0, false],
			["100", 99.999, true],
		] as const) {
			const sdl = compose(
				sources.map((source) => ({ ...source, sdl: source.sdl.replace("percent(25)", `percent(${percent})`) })),
			).supergraphSdl;
			const other = new QueryPlanner(sdl);
			const { percentage } = createOverrides(
				{ labels: [], percentages: other.overridePercentages },
				[],
			)(idAround(at, [Number(percent), 60]));
			const made: QueryPlan = other.plan("{ users { name } }", null, new Set(), percentage);
			expect([percent, moved(JSON.stringify(made)).includes("name")]).toEqual([percent, moves]);
		}
	});
});

/** Somebody whose percentage lies between the same steps as this one. */
function idAround(percentage: number, steps: readonly number[]): Principal {
	const zone = (value: number) => steps.filter((step) => step <= value).length;
	for (let n = 0; ; n += 1) {
		const id = `user-${n}`;
		if (zone(percentageOf(id)) === zone(percentage)) return principal(id);
	}
}

describe("the override of a principal", () => {
	const overridesOf = createOverrides({ labels: ["new-bio", "b"], percentages: [60, 25] }, ["new-bio", "unknown"]);

	it("plans as its own percentage would", () => {
		fc.assert(
			fc.property(fc.string(), (id) => {
				const text = "{ users { name motto bio } }";
				const own = { labels: ["new-bio"], percentage: percentageOf(id) };
				expect(plan(text, overridesOf(principal(id)))).toBe(plan(text, own));
			}),
		);
	});

	it("is the same for one id, and one of three for all: no more plans than ways to go", () => {
		fc.assert(
			fc.property(fc.string(), (id) => {
				expect(overridesOf(principal(id))).toBe(overridesOf(principal(id)));
				expect(["0", "1", "2"]).toContain(overridesOf(principal(id)).key);
			}),
		);
		expect(percentageOf("token:ci")).toBe(percentageOf("token:ci"));
	});

	it("spreads ids evenly", () => {
		const count = 4000;
		const values = Array.from({ length: count }, (_, n) => percentageOf(`token:${n}`));
		for (const value of values) expect(value >= 0 && value < 100).toBe(true);
		for (const percent of [5, 25, 50, 75]) {
			const share = values.filter((value) => value < percent).length / count;
			expect(Math.abs(share - percent / 100)).toBeLessThan(0.03);
		}
	});

	it("costs nothing where no percentage is asked for", () => {
		const plain = createOverrides({ labels: ["a"], percentages: [] }, ["a"]);
		expect(plain(principal("x"))).toBe(plain(principal("y")));
		expect(plain(principal("x")).labels).toEqual(["a"]);
		expect(createOverrides({ labels: ["a"], percentages: [] }, [])(principal("x")).labels).toEqual([]);
	});
});
