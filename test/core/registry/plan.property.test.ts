import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkDefinitions, readFiles } from "../../../core/definitions/read-definitions.ts";
import { compileExpression } from "../../../core/expressions/compile-expression.ts";
import type { StoredProject } from "../../../core/ports/registry-store.ts";
import { buildSnapshot } from "../../../core/registry/build-snapshot.ts";
import { changeRows, idsNeeded, withChange } from "../../../core/registry/change-rows.ts";
import { planChanges } from "../../../core/registry/plan-changes.ts";
import { type RegistryTarget, resolveTarget } from "../../../core/registry/resolve-target.ts";

type Yaml = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const types = ["int32", "int64", "float64", "string"] as const;
const governance = fc.record(
	{
		description: fc.string(),
		owner: fc.constantFrom("Ops", "Planning"),
		tags: fc.uniqueArray(fc.constantFrom("a", "b", "c")),
	},
	{ requiredKeys: [] },
);
const columns = (prefix: string) =>
	fc.dictionary(fc.constantFrom(...[1, 2, 3, 4, 5].map((i) => `${prefix}_${i}x`)), fc.constantFrom(...types), {
		minKeys: 1,
	});

/** Each key has one type, as services read keys of several entities from one row. */
const joinKeys = fc
	.uniqueArray(fc.nat({ max: 3 }), { minLength: 1 })
	.map((numbers) => Object.fromEntries(numbers.map((i) => [`key_${i}x`, types[i]])));

/** Definitions that pass every check: entities, sources that read one another, views over them, services over those. */
const projects: fc.Arbitrary<Yaml> = fc
	.record({
		keys: fc.array(joinKeys, { minLength: 1, maxLength: 3 }),
		governances: fc.array(governance, { minLength: 8, maxLength: 8 }),
		derived: fc.boolean(),
		times: fc.constantFrom("at", "t"),
		views: fc.array(
			fc.record({
				features: columns("f"),
				ttl: fc.constantFrom(undefined, "1h", "7d"),
				derived: fc.boolean(),
				entity: fc.nat(),
			}),
			{ minLength: 1, maxLength: 4 },
		),
		onDemand: fc.array(fc.constantFrom("1", "2", "request.n + 1"), { maxLength: 3 }),
		all: fc.boolean(),
	})
	.map(({ keys, governances, derived, times, views, onDemand, all }) => {
		const govern = (index: number) => Object.fromEntries(Object.entries(governances[index % 8] ?? {}));
		const entities = Object.fromEntries(keys.map((joinKeys, i) => [`entity_${i}`, { joinKeys, ...govern(i) }]));
		const base = { parquet: "a.parquet", eventTime: times, ...govern(3) };
		const sources = derived
			? { base, derived: { from: "base", query: "SELECT * FROM source", eventTime: times } }
			: { base };
		const batch = views.map(({ features, ttl, derived: wanted, entity }, i) => [
			`view_${i}`,
			{
				entities: [`entity_${entity % keys.length}`],
				source: wanted && derived ? "derived" : "base",
				...(ttl === undefined ? {} : { ttl }),
				features,
				...govern(i + 4),
			},
		]);
		const demand = onDemand.map((expression, i) => [
			`demand_${i}`,
			{
				kind: "on-demand",
				inputs: { request: { n: "int64" }, views: [i === 0 ? "view_0" : `demand_${i - 1}`] },
				features: { [`y_${i}`]: { type: "int64", expression } },
			},
		]);
		const named = Object.fromEntries([...batch, ...demand]) as Record<string, object>;
		const service = all ? Object.keys(named).map((name) => `${name}:*`) : ["view_0:*"];
		return { entities, sources, views: named, services: { service: { features: service } } };
	});

function resolve(content: string, project: StoredProject): RegistryTarget {
	const snapshot = buildSnapshot(project);
	const context = checkDefinitions(readFiles([{ path: "a.yaml", content }]), {
		project: "p",
		snapshot,
		checkExpression: compileExpression,
		transforms: new Map(),
		reservedTypeNames: new Set(),
	});
	expect(context.errors).toEqual([]);
	return resolveTarget(context.definitions, snapshot);
}

const empty: StoredProject = {
	id: 1,
	name: "p",
	description: null,
	registryVersion: 0,
	revision: 0n,
	definitions: [],
	versions: [],
};

function apply(content: string, project: StoredProject): StoredProject {
	const target = resolve(content, project);
	const needed = idsNeeded(target);
	const from = (count: number, used: number) => Array.from({ length: count }, (_, i) => used + i + 1);
	const ids = {
		definitions: from(needed.definitions, project.definitions.length),
		versions: from(needed.versions, project.versions.length),
	};
	return withChange(project, changeRows(target, project, ids, 0n, "me"), project.registryVersion + 1);
}

const plan = (content: string, project: StoredProject) =>
	planChanges(resolve(content, project), buildSnapshot(project));

const hashes = ({ entities, sources, views, services }: RegistryTarget) =>
	Object.fromEntries(
		[...entities, ...sources, ...views, ...services].map(({ definition, hash }) => [definition.name, hash]),
	);

/** The same maps in another order; lists mean their order. */
function shuffled(value: unknown, order: (a: string, b: string) => number): unknown {
	if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
	const fields = Object.entries(value).sort(([a], [b]) => order(a, b));
	return Object.fromEntries(fields.map(([key, field]) => [key, shuffled(field, order)]));
}

const withoutGovernance = (yaml: Yaml): unknown =>
	JSON.parse(
		JSON.stringify(yaml, (key, value: unknown) => (["description", "owner", "tags"].includes(key) ? undefined : value)),
	);

describe("a definition hash", () => {
	it("is not changed by formatting, the order of maps, comments and quotes", () => {
		fc.assert(
			fc.property(projects, fc.boolean(), (yaml, backwards) => {
				const plain = hashes(resolve(stringify(yaml), empty));
				const other = stringify(
					shuffled(yaml, (a, b) => (a < b ? -1 : 1) * (backwards ? -1 : 1)),
					{ indent: 4, defaultStringType: "QUOTE_SINGLE", collectionStyle: "any" },
				);
				expect(hashes(resolve(`# a comment\n${other}`, empty))).toEqual(plain);
				expect(hashes(resolve(JSON.stringify(yaml), empty))).toEqual(plain);
			}),
			{ numRuns: 60 },
		);
	});

	it("is not changed by owner, tags and description", () => {
		fc.assert(
			fc.property(projects, (yaml) => {
				expect(hashes(resolve(stringify(withoutGovernance(yaml)), empty))).toEqual(
					hashes(resolve(stringify(yaml), empty)),
				);
			}),
			{ numRuns: 60 },
		);
	});

	it("is changed by an entity in what is made from it, and in nothing else", () => {
		fc.assert(
			fc.property(projects, (yaml) => {
				const before = resolve(stringify(yaml), empty);
				const entities = { ...yaml["entities"], entity_0: { joinKeys: { another: "bytes" } } };
				const after = hashes(resolve(stringify({ ...yaml, entities }), empty));
				const plain = hashes(before);
				for (const view of before.views) {
					const reads = (each: typeof view): boolean =>
						each.entities.some(({ definition }) => definition.name === "entity_0") || each.inputs.some(reads);
					expect(after[view.definition.name] !== plain[view.definition.name]).toBe(reads(view));
				}
				for (const { definition } of before.sources) expect(after[definition.name]).toBe(plain[definition.name]);
			}),
			{ numRuns: 60 },
		);
	});
});

describe("a plan", () => {
	it("is empty for what was applied last, whatever was applied before", () => {
		fc.assert(
			fc.property(fc.array(projects, { minLength: 1, maxLength: 4 }), (history) => {
				let project = empty;
				for (const yaml of history) project = apply(stringify(yaml), project);
				const last = history.at(-1) ?? {};
				expect(plan(stringify(last), project).changes).toEqual([]);
				expect(plan(stringify(shuffled(last, (a, b) => (a < b ? 1 : -1))), project).changes).toEqual([]);
			}),
			{ numRuns: 40 },
		);
	});

	it("counts what it lists, and going back makes no new version", () => {
		fc.assert(
			fc.property(projects, projects, (first, second) => {
				const one = apply(stringify(first), empty);
				const forth = plan(stringify(second), one);
				const count = (action: string) => forth.changes.filter((change) => change.action === action).length;
				expect([forth.created, forth.updated, forth.deleted]).toEqual([
					count("CREATE"),
					count("UPDATE"),
					count("DELETE"),
				]);
				const two = apply(stringify(second), one);
				const back = plan(stringify(first), two);
				expect(back.changes.filter(({ makesNewVersion }) => makesNewVersion)).toEqual([]);
				const three = buildSnapshot(apply(stringify(first), two));
				for (const [name, { current }] of buildSnapshot(one).views) {
					expect(three.views.get(name)?.current?.id ?? null).toBe(current?.id ?? null);
				}
			}),
			{ numRuns: 40 },
		);
	});

	it("has another hash when it does something else", () => {
		fc.assert(
			fc.property(projects, projects, (first, second) => {
				const a = plan(stringify(first), empty);
				const b = plan(stringify(second), empty);
				expect(a.hash === b.hash).toBe(JSON.stringify(a.changes) === JSON.stringify(b.changes));
			}),
			{ numRuns: 40 },
		);
	});
});
