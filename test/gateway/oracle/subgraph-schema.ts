import { setImmediate as turn } from "node:timers/promises";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { GraphQLError, type GraphQLSchema, Kind, parse, type SelectionSetNode } from "graphql";
import {
	computedValue,
	eventAt,
	eventCount,
	fieldValue,
	findInstance,
	happens,
	hash,
	keyValue,
	type Thing,
} from "./data.ts";
import { fieldsIn, type Role, selectionOf, subgraphSdl } from "./sdl.ts";
import {
	type Entity,
	type EntityInterface,
	type Field,
	type KeyFieldName,
	keyFieldsOf,
	type OwnedField,
	type World,
} from "./world.ts";

/** A thing in a subgraph: with what it was represented by, and with what is provided along with it. */
interface Known extends Thing {
	readonly represented?: Readonly<Record<string, unknown>>;
	readonly provided?: string;
}

type Resolve = (source: Known, args: object) => unknown;

/**
 * One subgraph of a world. It gives away whatever it should not have been asked: fields that it does not own, that
 * were overridden, whose required fields are not there, and representations of entities that there are none of.
 */
export function subgraphSchema(world: World, subgraph: string, mutated: string[]): GraphQLSchema | null {
	const sdl = subgraphSdl(world, subgraph);
	if (sdl === null) return null;
	const resolvers: Record<string, Record<string, unknown>> = {};
	const rootFields = (fields: readonly OwnedField[], name: string) => {
		const mine = fields.filter(({ owners }) => owners.includes(subgraph));
		if (mine.length === 0) return;
		resolvers[name] = Object.fromEntries(
			mine.map((field) => [field.name, late(world, field.name, rootResolver(world, name, field, subgraph, mutated))]),
		);
	};
	rootFields(world.queries, "Query");
	rootFields(world.mutations, "Mutation");
	const followed = world.subscriptions?.filter(({ owners }) => owners.includes(subgraph)) ?? [];
	if (followed.length > 0) {
		resolvers["Subscription"] = Object.fromEntries(followed.map((field) => [field.name, eventsOf(world, field)]));
	}
	for (const { name, fields } of world.values) {
		if (sdl.includes(`type ${name} `))
			resolvers[name] = Object.fromEntries(fields.map((field) => [field.name, plain(world, field)]));
	}
	for (const entity of world.entities) {
		if (entity.homes.some((home) => home.subgraph === subgraph))
			resolvers[entity.name] = entityResolvers(world, entity, subgraph);
	}
	for (const type of [...world.unions, ...world.valueInterfaces]) {
		if (sdl.includes(` ${type.name} `)) resolvers[type.name] = { __resolveType: typenameOf };
	}
	for (const type of world.entityInterfaces) {
		if (type.object?.subgraph === subgraph)
			resolvers[type.name] = interfaceObjectResolvers(world, type, type.object.fields);
		else if (sdl.includes(`interface ${type.name} `)) {
			resolvers[type.name] = {
				__resolveType: typenameOf,
				...(type.home === subgraph && type.object !== null ? { __resolveReference: memberReference(world, type) } : {}),
			};
		}
	}
	return buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
}

const typenameOf = ({ __typename }: Thing) => __typename;

function misuse(code: string, what: string): GraphQLError {
	return new GraphQLError(what, { extensions: { code } });
}

/** Answers after some turns of the event loop, if the world says so. */
function late(world: World, place: string, resolve: Resolve): Resolve {
	const turns = world.faults.delays === 0 ? 0 : hash(world.seed, `delay ${place}`) % (world.faults.delays + 1);
	if (turns === 0) return resolve;
	return async (source, args) => {
		for (let turned = 0; turned < turns; turned += 1) await turn();
		return resolve(source, args);
	};
}

function rootResolver(world: World, root: string, field: OwnedField, subgraph: string, mutated: string[]): Resolve {
	return (_, args) => {
		if (root === "Mutation") mutated.push(field.name);
		const value = fieldValue(world, { __typename: root, key: root }, field, args);
		const object = world.entityInterfaces.find(
			({ name, object }) => field.type.replaceAll(/[[\]!]/g, "") === name && object?.subgraph === subgraph,
		);
		return withProvided(value, field.provides, object?.name);
	};
}

function eventsOf(world: World, field: OwnedField) {
	return {
		async *subscribe() {
			for (let index = 0; index < eventCount; index += 1) {
				await turn();
				yield eventAt(index);
			}
		},
		resolve: (event: Thing, args: object) => withProvided(fieldValue(world, event, field, args), field.provides),
	};
}

function plain(world: World, field: Field): Resolve {
	return (source, args) => fieldValue(world, source, field, args);
}

function withProvided(value: unknown, provided: string | undefined, typename?: string): unknown {
	if (provided === undefined && typename === undefined) return value;
	if (Array.isArray(value)) return value.map((item: unknown) => withProvided(item, provided, typename));
	if (typeof value !== "object" || value === null || value instanceof Error) return value;
	return {
		...value,
		...(provided === undefined ? {} : { provided }),
		...(typename === undefined ? {} : { __typename: typename }),
	};
}

function entityResolvers(world: World, entity: Entity, subgraph: string): Record<string, unknown> {
	const home = entity.homes.find((candidate) => candidate.subgraph === subgraph);
	const keys = keyFieldsOf(home?.keys ?? []);
	const reference: Resolve = (representation) => {
		const given = representation as unknown as Record<string, unknown>;
		const thing = findInstance(entity, given, keys);
		if (thing === null) throw misuse("UNKNOWN_REPRESENTATION", JSON.stringify(representation));
		return { ...thing, represented: given };
	};
	return {
		...(home?.resolvable === true ? { __resolveReference: late(world, entity.name + subgraph, reference) } : {}),
		...Object.fromEntries(keys.map((key) => [key, (thing: Known) => heldKey(world, subgraph, thing, key)])),
		...Object.fromEntries(
			[...fieldsIn(world, entity, subgraph)].map(([field, role]) => [
				field.name,
				entityField(world, field, role, subgraph),
			]),
		),
	};
}

export const keyFault = "FAULT_KEY";

function heldKey(world: World, subgraph: string, thing: Known, key: KeyFieldName): unknown {
	if (happens(world, world.faults.keyErrors ?? 0, `key ${subgraph} ${thing.key} ${key}`)) {
		throw misuse(keyFault, `${subgraph} does not know ${key}.`);
	}
	return keyValue(thing, key);
}

function entityField(world: World, field: OwnedField, role: Role, subgraph: string): Resolve {
	const { requires, provides, overrides } = field;
	if (role === "external") {
		return (thing, args) => {
			if (thing.provided !== field.name) throw misuse("NOT_PROVIDED", `${subgraph} does not have ${field.name}.`);
			return fieldValue(world, thing, field, args);
		};
	}
	if (overrides !== undefined && overrides.active === (role === "overridden")) {
		return () => {
			throw misuse("OVERRIDDEN", `${subgraph} is not to be asked for ${field.name}.`);
		};
	}
	if (requires === undefined) {
		return (thing, args) => withProvided(fieldValue(world, thing, field, args), provides);
	}
	const selection = selectionOf(requires);
	return (thing, args) => {
		const required = picked(thing.represented, selection);
		if (required === undefined) throw misuse("REQUIRED_MISSING", `${field.name} requires ${requires}.`);
		return computedValue(world, thing, field, args, required);
	};
}

/** What a selection finds; undefined where a part is not there. */
function picked(value: unknown, selection: SelectionSetNode | undefined): unknown {
	if (value === undefined || value === null || selection === undefined) return value;
	if (Array.isArray(value)) {
		const items = value.map((item: unknown) => picked(item, selection));
		return items.includes(undefined) ? undefined : items;
	}
	const result: Record<string, unknown> = {};
	for (const node of selection.selections) {
		if (node.kind !== Kind.FIELD) continue;
		const part = picked((value as Record<string, unknown>)[node.name.value], node.selectionSet);
		if (part === undefined) return undefined;
		result[node.name.value] = part;
	}
	return result;
}

function memberOf(world: World, type: EntityInterface, { id }: { readonly id?: unknown }): Thing {
	for (const name of type.members) {
		const entity = world.entities.find((candidate) => candidate.name === name);
		const thing = entity === undefined ? null : findInstance(entity, { id }, ["id"]);
		if (thing !== null) return thing;
	}
	throw misuse("UNKNOWN_REPRESENTATION", `${type.name} ${String(id)}`);
}

function memberReference(world: World, type: EntityInterface) {
	return (representation: { readonly id?: unknown }) => memberOf(world, type, representation);
}

/** It knows the entities by their id alone, not what they are. */
function interfaceObjectResolvers(world: World, type: EntityInterface, fields: readonly OwnedField[]) {
	const truly = ({ key }: Thing): Thing => ({ __typename: key.slice(0, key.indexOf("#")), key });
	return {
		__resolveReference: (representation: { readonly id?: unknown }) => ({
			key: memberOf(world, type, representation).key,
			__typename: type.name,
		}),
		id: (thing: Thing) => keyValue(truly(thing), "id"),
		...Object.fromEntries(
			fields.map((field) => [field.name, (thing: Thing, args: object) => fieldValue(world, truly(thing), field, args)]),
		),
	};
}
