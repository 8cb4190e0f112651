import fc from "fast-check";
import { isComposite } from "./data.ts";
import { visibleTypes } from "./sdl.ts";
import {
	type Argument,
	type Entity,
	type EntityInterface,
	type Faults,
	type Field,
	type Home,
	type KeyName,
	namedOf,
	type OwnedField,
	type World,
} from "./world.ts";

/** What fast-check draws and shrinks: numbers that stand for a choice among what there is. */
const choice = fc.nat({ max: 997 });
const rawArgument = fc.record({ type: choice, wrap: choice, byDefault: fc.boolean() });
const rawField = fc.record({
	type: choice,
	wrap: choice,
	owner: choice,
	args: fc.oneof(
		{ weight: 3, arbitrary: fc.array(rawArgument, { maxLength: 0 }) },
		{ weight: 1, arbitrary: fc.array(rawArgument, { maxLength: 2 }) },
	),
	/** Nothing special, shared, requiring, providing, overriding, inaccessible. */
	special: fc.constantFrom(
		"",
		"",
		"",
		"shared",
		"shared",
		"requires",
		"requires",
		"provides",
		"overrides",
		"inaccessible",
	),
	pick: choice,
});
type RawField = typeof rawField extends fc.Arbitrary<infer T> ? T : never;
const fieldsOf = (minLength: number, maxLength: number) => fc.array(rawField, { minLength, maxLength });

const rawWorld = fc.record({
	seed: fc.nat(),
	subgraphs: fc.integer({ min: 2, max: 5 }),
	enums: fc.nat({ max: 2 }),
	inputs: fc.array(fc.array(rawArgument, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
	values: fc.array(fieldsOf(1, 3), { maxLength: 3 }),
	valueInterfaces: fc.array(
		fc.record({ members: fc.array(choice, { minLength: 1, maxLength: 3 }), fields: fieldsOf(1, 2) }),
		{
			maxLength: 1,
		},
	),
	entities: fc.array(
		fc.record({
			count: fc.integer({ min: 1, max: 4 }),
			keys: choice,
			homes: fc.array(fc.record({ subgraph: choice, keys: choice }), { minLength: 1, maxLength: 4 }),
			fields: fieldsOf(1, 6),
		}),
		{ minLength: 1, maxLength: 4 },
	),
	entityInterfaces: fc.array(
		fc.record({
			members: fc.array(choice, { minLength: 1, maxLength: 3 }),
			fields: fieldsOf(0, 2),
			home: choice,
			object: fc.option(fieldsOf(1, 2), { freq: 2 }),
		}),
		{ maxLength: 2 },
	),
	unions: fc.array(fc.array(choice, { minLength: 1, maxLength: 3 }), { maxLength: 2 }),
	queries: fieldsOf(1, 5),
	mutations: fieldsOf(0, 3),
});
type RawWorld = typeof rawWorld extends fc.Arbitrary<infer T> ? T : never;

/** Worlds with these faults. Not all of them compose. */
export function worldArbitrary(faults: Faults): fc.Arbitrary<World> {
	return rawWorld.map((raw) => buildWorld(raw, faults));
}

/** The last is that of interface objects, and knows nothing else. */
export const subgraphNames = ["alpha", "beta", "gamma", "delta", "epsilon", "omega"];
const keyNames: readonly KeyName[] = ["id", "code", "pair", "place", "mixed"];
const scalarNames = ["Int", "Float", "String", "Boolean", "ID", "Json"];
const outputWraps = ["T", "T", "T!", "T", "[T]", "[T!]", "[T!]!", "[T]!", "[[T!]]", "[[T]!]!"];
const inputWraps = ["T", "T!", "[T]", "[T!]!", "T"];

function of<T>(choices: readonly T[], chosen: number): T {
	const found = choices[chosen % choices.length];
	if (found === undefined) throw new Error("Nothing to choose from");
	return found;
}

function buildWorld(raw: RawWorld, faults: Faults): World {
	const subgraphs = subgraphNames.slice(0, raw.subgraphs);
	const enums = Array.from({ length: raw.enums }, (_, index) => ({
		name: `Enum${index}`,
		values: ["RED", "GREEN", "BLUE"].map((value) => `${value}${index}`),
	}));
	const leafInputs = ["Int", "String", "Boolean", "ID", "Float", ...enums.map(({ name }) => name)];
	const inputs = raw.inputs.map((fields, index) => ({
		name: `Input${index}`,
		fields: fields.map((field, at) => argument(field, `in${at}`, leafInputs)),
	}));
	const inputTypes = [...leafInputs, ...inputs.map(({ name }) => name)];
	const valueNames = raw.values.map((_, index) => `Value${index}`);
	const entityNames = raw.entities.map((_, index) => `E${index}`);
	const valueInterfaceNames = valueNames.length === 0 ? [] : raw.valueInterfaces.map((_, index) => `Shape${index}`);
	const entityInterfaceNames = raw.entityInterfaces.map((_, index) => `Node${index}`);
	const unionNames = raw.unions.map((_, index) => `Union${index}`);
	const leaves = [...scalarNames, ...enums.map(({ name }) => name)];
	const composites = [
		...entityNames,
		...entityNames,
		...valueNames,
		...valueInterfaceNames,
		...entityInterfaceNames,
		...unionNames,
	];
	const field = (source: RawField, name: string, types: readonly string[]): Field => ({
		name,
		type: of(outputWraps, source.wrap).replace("T", of(types, source.type)),
		args: source.args.map((arg, index) => argument(arg, `arg${index}`, inputTypes)),
	});
	const anyType = [...leaves, ...composites, ...composites];

	const valueInterfaces = raw.valueInterfaces
		.slice(0, valueInterfaceNames.length)
		.map(({ members, fields }, index) => ({
			name: `Shape${index}`,
			members: distinct(members.map((member) => of(valueNames, member))),
			fields: fields.map((source, at) => field(source, `shape${index}_${at}`, anyType)),
		}));
	const values = raw.values.map((fields, index) => ({
		name: `Value${index}`,
		fields: [
			...fields.map((source, at) => field(source, `value${index}_${at}`, anyType)),
			...valueInterfaces.filter(({ members }) => members.includes(`Value${index}`)).flatMap((type) => type.fields),
		],
	}));

	const entityInterfaces = raw.entityInterfaces.map(
		({ members, fields, home, object }, index): EntityInterface & { readonly raw: readonly RawField[] } => ({
			name: `Node${index}`,
			members: distinct(members.map((member) => of(entityNames, member))),
			fields: fields.map((source, at) => field(source, `node${index}_${at}`, anyType)),
			raw: fields,
			home: of(subgraphs, home),
			object:
				object === null
					? null
					: {
							subgraph: "omega",
							fields: object.map((source, at) => ({
								...field(source, `object${index}_${at}`, leaves),
								owners: ["omega"],
							})),
						},
		}),
	);
	const drafts = raw.entities.map((entity, index) => {
		const name = `E${index}`;
		const interfaces = entityInterfaces.filter(({ members }) => members.includes(name));
		const homes = homesOf(entity, subgraphs, interfaces);
		const owners = homes.map(({ subgraph }) => subgraph);
		const fields: OwnedField[] = [
			...entity.fields.map((source, at) => ({
				...field(source, `e${index}_${at}`, anyType),
				...ownership(source, owners),
			})),
			...interfaces.flatMap((type) =>
				type.fields.map((common, at) => ({ ...common, owners: [of(owners, (type.raw[at]?.owner ?? 0) + index)] })),
			),
		];
		return { name, count: entity.count, homes, fields };
	});
	const root = (source: RawField, name: string, single: boolean): OwnedField => {
		const type = of(outputWraps, source.wrap).replace("T", of([...composites, ...composites, ...leaves], source.type));
		const { owners } = ownership(source, subgraphs);
		return { ...field(source, name, leaves), type, owners: single ? owners.slice(0, 1) : owners };
	};
	const draft: World = {
		seed: raw.seed,
		subgraphs: entityInterfaces.some(({ object }) => object !== null) ? [...subgraphs, "omega"] : subgraphs,
		faults,
		enums,
		inputs,
		values,
		valueInterfaces,
		entities: drafts,
		entityInterfaces: entityInterfaces.map(({ raw: _, ...type }) => type),
		unions: raw.unions.map((members, index) => ({
			name: `Union${index}`,
			members: distinct(members.map((member) => of([...entityNames, ...valueNames], member))),
		})),
		queries: raw.queries.map((source, index) => root(source, `query${index}`, false)),
		mutations: raw.mutations.map((source, index) => root(source, `mutation${index}`, true)),
	};
	return withStubs(withDependencies(draft, raw));
}

const distinct = <T>(items: readonly T[]): readonly T[] => [...new Set(items)];

function argument(
	{ type, wrap, byDefault }: { readonly type: number; readonly wrap: number; readonly byDefault: boolean },
	name: string,
	types: readonly string[],
): Argument {
	const named = of(types, type);
	const whole = of(inputWraps, wrap).replace("T", named);
	const literal = { Int: "7", String: '"seven"', Boolean: "true", ID: '"id7"', Float: "7.5" }[named];
	if (!byDefault || literal === undefined || whole !== named) return { name, type: whole };
	return { name, type: whole, defaultValue: literal };
}

/** Each home after the first shares a key with one before it, so that every one can be reached. */
function homesOf(
	{ keys, homes }: RawWorld["entities"][number],
	subgraphs: readonly string[],
	interfaces: readonly EntityInterface[],
): Home[] {
	const byId = keys % 3 === 0;
	const result: { subgraph: string; keys: KeyName[]; resolvable: boolean }[] = [];
	for (const { subgraph, keys: chosen } of homes) {
		const name = of(subgraphs, subgraph);
		if (result.some((home) => home.subgraph === name)) continue;
		const first = result.length === 0 ? of(keyNames, chosen) : of(of(result, chosen).keys, chosen >> 3);
		const more = chosen % 3 === 2 ? [of(keyNames, chosen >> 2)] : [];
		result.push({ subgraph: name, keys: byId ? ["id"] : [...distinct([first, ...more])], resolvable: true });
	}
	for (const { home, object } of interfaces) {
		if (object !== null && !result.some(({ subgraph }) => subgraph === home)) {
			result.push({ subgraph: home, keys: ["id"], resolvable: true });
		}
	}
	if (interfaces.length > 0) for (const home of result) home.keys = [...distinct<KeyName>(["id", ...home.keys])];
	return result;
}

function ownership(
	{ owner, special, pick }: RawField,
	candidates: readonly string[],
): Pick<OwnedField, "owners" | "overrides" | "inaccessible"> {
	const first = of(candidates, owner);
	const others = candidates.filter((name) => name !== first);
	if (special === "shared" && others.length > 0) return { owners: [first, of(others, pick)] };
	if (special === "overrides" && others.length > 0) {
		const active = pick % 3 !== 0;
		const label = pick % 3 === 1 ? {} : { label: active ? "percent(100)" : "percent(0)" };
		return { owners: [first], overrides: { from: of(others, pick), ...label, active } };
	}
	return special === "inaccessible" ? { owners: [first], inaccessible: true } : { owners: [first] };
}

/** `@requires` and `@provides`, which speak of other fields. */
function withDependencies(world: World, raw: RawWorld): World {
	const isPlain = ({ args, overrides }: OwnedField) => args.length === 0 && overrides === undefined;
	const requirable = (entity: Entity, before: number, owner: string): string[] =>
		entity.fields.slice(0, before).flatMap((field) => {
			if (!isPlain(field) || field.owners.includes(owner) || field.type.endsWith("!")) return [];
			if (!isComposite(world, field.type)) return [field.name];
			const leaves = (world.values.find(({ name }) => name === namedOf(field.type))?.fields ?? []).filter(
				(inner) => inner.args.length === 0 && !isComposite(world, inner.type),
			);
			return leaves.length === 0 ? [] : [`${field.name} { ${leaves.map(({ name }) => name).join(" ")} }`];
		});
	const entities = world.entities.map(
		(entity, index): Entity => ({
			...entity,
			fields: entity.fields.map((field, at) => {
				const source = raw.entities[index]?.fields[at];
				const [owner] = field.owners;
				if (source === undefined || owner === undefined || source.special !== "requires") return field;
				const candidates = requirable(entity, at, owner);
				if (candidates.length === 0) return field;
				return {
					...field,
					requires: distinct([of(candidates, source.pick), of(candidates, source.pick >> 3)]).join(" "),
				};
			}),
		}),
	);
	const provide = (field: OwnedField, source: RawField | undefined): OwnedField => {
		const [owner] = field.owners;
		if (source?.special !== "provides" || owner === undefined || owner === "omega") return field;
		const target = entities.find(({ name }) => name === namedOf(field.type));
		const candidates = (target?.fields ?? []).filter(
			(provided) =>
				isPlain(provided) &&
				provided.requires === undefined &&
				!isComposite(world, provided.type) &&
				!provided.owners.includes(owner),
		);
		return candidates.length === 0 ? field : { ...field, provides: of(candidates, source.pick).name };
	};
	return {
		...world,
		entities: entities.map((entity, index) => ({
			...entity,
			fields: entity.fields.map((field, at) => provide(field, raw.entities[index]?.fields[at])),
		})),
		queries: world.queries.map((field, index) => provide(field, raw.queries[index])),
		mutations: world.mutations.map((field, index) => provide(field, raw.mutations[index])),
	};
}

/** A subgraph that returns an entity which is not at home there names it, at least. */
function withStubs(world: World): World {
	for (let settled = world; ; ) {
		const entities = settled.entities.map((entity): Entity => {
			const byId = settled.entityInterfaces.some(({ members }) => members.includes(entity.name));
			const key = byId ? "id" : (entity.homes[0]?.keys[0] ?? "id");
			const missing = settled.subgraphs.filter(
				(subgraph) =>
					!entity.homes.some((home) => home.subgraph === subgraph) && visibleTypes(settled, subgraph).has(entity.name),
			);
			if (missing.length === 0) return entity;
			return {
				...entity,
				homes: [...entity.homes, ...missing.map((subgraph) => ({ subgraph, keys: [key], resolvable: false }) as const)],
			};
		});
		if (entities.every((entity, index) => entity === settled.entities[index])) return settled;
		settled = { ...settled, entities };
	}
}
