import { GraphQLError, Kind, parseType, type TypeNode } from "graphql";
import { type Field, type KeyFieldName, namedOf, type World } from "./world.ts";

/**
 * The data of a world. Every value is a function of the seed and of the place in the graph where it stands: a field of
 * an entity has the same value on whatever way it is reached, in the monolith and in every subgraph that has it.
 */

/** An object of the world: its values follow from its key. */
export interface Thing {
	readonly __typename: string;
	readonly key: string;
}

const scalars = new Set(["Int", "Float", "String", "Boolean", "ID", "Json"]);

export function hash(seed: number, text: string): number {
	let state = 0x811c9dc5 ^ seed;
	for (let index = 0; index < text.length; index += 1) {
		state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
	}
	state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
	state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
	return (state ^ (state >>> 16)) >>> 0;
}

export function happens(world: World, thousandths: number, what: string): boolean {
	return thousandths > 0 && hash(world.seed, what) % 1000 < thousandths;
}

const parsedTypes = new Map<string, TypeNode>();

export function typeNode(type: string): TypeNode {
	const known = parsedTypes.get(type) ?? parseType(type, { noLocation: true });
	parsedTypes.set(type, known);
	return known;
}

/** What a field of a thing is: or throws, where the faults of the world say so. */
export function fieldValue(world: World, parent: Thing, field: Field, args: object): unknown {
	const place = `${parent.key}.${field.name}${Object.keys(args).length === 0 ? "" : canonical(args)}`;
	if (happens(world, world.faults.errors, `error ${place}`)) throw faultOf(parent.__typename, field.name);
	return valueAt(world, typeNode(field.type), place, faultOf(parent.__typename, field.name));
}

function faultOf(type: string, field: string): GraphQLError {
	return new GraphQLError(`${type}.${field} failed.`, { extensions: { code: `FAULT_${type}_${field}`.toUpperCase() } });
}

function valueAt(world: World, type: TypeNode, place: string, fault: GraphQLError): unknown {
	const { faults } = world;
	if (type.kind === Kind.NON_NULL_TYPE) {
		if (happens(world, faults.violations, `violation ${place}`)) return null;
		return presentValue(world, type.type, place, fault);
	}
	if (happens(world, faults.nulls, `null ${place}`)) return null;
	return presentValue(world, type, place, fault);
}

function presentValue(world: World, type: TypeNode, place: string, fault: GraphQLError): unknown {
	if (type.kind === Kind.LIST_TYPE) {
		return Array.from({ length: hash(world.seed, `length ${place}`) % 4 }, (_, index) => {
			const at = `${place}[${index}]`;
			if (happens(world, world.faults.itemErrors, `error ${at}`)) return fault;
			return valueAt(world, type.type, at, fault);
		});
	}
	if (type.kind === Kind.NON_NULL_TYPE) return presentValue(world, type.type, place, fault);
	return namedValue(world, type.name.value, place);
}

function namedValue(world: World, name: string, place: string): unknown {
	const chosen = hash(world.seed, `value ${place}`);
	if (scalars.has(name)) return scalarValue(name, chosen);
	const values = world.enums.find((type) => type.name === name)?.values;
	if (values !== undefined) return values[chosen % values.length];
	const abstract =
		world.unions.find((type) => type.name === name) ??
		world.valueInterfaces.find((type) => type.name === name) ??
		world.entityInterfaces.find((type) => type.name === name);
	if (abstract !== undefined) {
		const member = abstract.members[chosen % abstract.members.length] ?? "";
		return namedValue(world, member, `${place}:`);
	}
	const entity = world.entities.find((type) => type.name === name);
	if (entity !== undefined) return instanceOf(entity.name, chosen % entity.count);
	return { __typename: name, key: `${name}~${chosen.toString(36)}` } satisfies Thing;
}

function scalarValue(name: string, chosen: number): unknown {
	switch (name) {
		case "Int":
			return (chosen % 2001) - 1000;
		case "Float":
			return (chosen % 4001) / 8 - 250;
		case "Boolean":
			return chosen % 2 === 0;
		case "Json":
			return [{ __typename: "E0", id: chosen % 3, list: [null, { id: 1 }] }, [chosen % 5, []], "text", {}][chosen % 4];
		default:
			return `${name.toLowerCase()}${chosen % 997}`;
	}
}

export function instanceOf(entity: string, index: number): Thing {
	return { __typename: entity, key: `${entity}#${index}` };
}

/** Of each subscription. */
export const eventCount = 3;

/** What the fields of an event are fields of. */
export function eventAt(index: number): Thing {
	return { __typename: "Subscription", key: `Subscription${index}` };
}

/** A field of an entity's keys; no two instances share a key. */
export function keyValue({ __typename, key }: Thing, field: KeyFieldName): unknown {
	const index = Number(key.slice(key.indexOf("#") + 1));
	switch (field) {
		case "id":
			return `${__typename}-${index}`;
		case "code":
			return `code${index}`;
		case "org":
			return `org${index % 2}`;
		case "region":
			return `region${index >> 1}`;
		case "place":
			return { spot: `spot${index % 2}`, zone: `zone${index >> 1}` };
	}
}

/** The instance that the key fields of a representation are those of; all that are there must agree. */
export function findInstance(
	entity: { readonly name: string; readonly count: number },
	representation: Readonly<Record<string, unknown>>,
	fields: readonly KeyFieldName[],
): Thing | null {
	const present = fields.filter((field) => representation[field] !== undefined);
	if (present.length === 0) return null;
	for (let index = 0; index < entity.count; index += 1) {
		const instance = instanceOf(entity.name, index);
		if (present.every((field) => canonical(keyValue(instance, field)) === canonical(representation[field]))) {
			return instance;
		}
	}
	return null;
}

/** The value of a field that is computed from others, as JSON holds those. */
export function computedValue(world: World, parent: Thing, field: Field, args: object, required: unknown): unknown {
	return fieldValue(world, { ...parent, key: `${parent.key}<${hash(world.seed, canonical(required))}>` }, field, args);
}

/** JSON with sorted keys and without what is undefined. */
export function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, part: unknown) =>
		typeof part === "object" && part !== null && !Array.isArray(part)
			? Object.fromEntries(Object.entries(part).sort(([left], [right]) => (left < right ? -1 : 1)))
			: part,
	);
}

export function isComposite(world: World, type: string): boolean {
	const named = namedOf(type);
	return !scalars.has(named) && !world.enums.some(({ name }) => name === named);
}

export function codeOf(error: GraphQLError): string {
	const code = error.extensions["code"];
	return typeof code === "string" ? code : "INTERNAL_SERVER_ERROR";
}
