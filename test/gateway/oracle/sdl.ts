import { Kind, parse, type SelectionSetNode } from "graphql";
import {
	type Argument,
	type Entity,
	type EntityInterface,
	entityOf,
	type Field,
	interfacesOf,
	keyFieldsOf,
	keyFieldType,
	keySelections,
	namedOf,
	type OwnedField,
	type World,
} from "./world.ts";

const link =
	'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@requires", ' +
	'"@provides", "@external", "@override", "@inaccessible", "@interfaceObject"])';

/** How a subgraph has a field of an entity. */
export type Role = "own" | "external" | "overridden";

export function fieldsIn(world: World, { name, fields }: Entity, subgraph: string): ReadonlyMap<OwnedField, Role> {
	const roles = new Map<OwnedField, Role>();
	const required = new Set(
		fields
			.filter(({ owners, requires }) => requires !== undefined && owners.includes(subgraph))
			.flatMap(({ requires }) => topFieldsOf(requires ?? "")),
	);
	const provided = new Set(
		providersIn(world, subgraph)
			.filter(({ type }) => namedOf(type) === name)
			.map(({ provides }) => provides),
	);
	for (const field of fields) {
		if (field.owners.includes(subgraph)) roles.set(field, "own");
		else if (field.overrides?.from === subgraph) roles.set(field, "overridden");
		else if (required.has(field.name) || provided.has(field.name)) roles.set(field, "external");
	}
	return roles;
}

const rootFieldsOf = ({ queries, mutations, subscriptions = [] }: World): readonly OwnedField[] => [
	...queries,
	...mutations,
	...subscriptions,
];

function providersIn(world: World, subgraph: string): readonly OwnedField[] {
	return [...rootFieldsOf(world), ...world.entities.flatMap(({ fields }) => fields)].filter(
		({ owners, provides }) => provides !== undefined && owners.includes(subgraph),
	);
}

export function selectionOf(text: string): SelectionSetNode {
	const definition = parse(`{ ${text} }`, { noLocation: true }).definitions[0];
	if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No selection: ${text}`);
	return definition.selectionSet;
}

function topFieldsOf(selection: string): string[] {
	return selectionOf(selection).selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : []));
}

/** The types that a subgraph must define, by what its fields return, take and require. */
export function visibleTypes(world: World, subgraph: string): ReadonlySet<string> {
	const seen = new Set<string>();
	const waiting: string[] = [];
	const see = (field: Field): void => {
		waiting.push(namedOf(field.type), ...field.args.map(({ type }) => namedOf(type)));
	};
	for (const field of rootFieldsOf(world)) if (field.owners.includes(subgraph)) see(field);
	for (const { name, homes } of world.entities) {
		if (homes.some((home) => home.subgraph === subgraph)) waiting.push(name);
	}
	for (const { name, home, object } of world.entityInterfaces) {
		if (home === subgraph) waiting.push(name);
		if (object?.subgraph === subgraph) for (const field of object.fields) see(field);
	}
	for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
		if (seen.has(name)) continue;
		seen.add(name);
		const entity = world.entities.find((type) => type.name === name);
		if (entity !== undefined) for (const field of fieldsIn(world, entity, subgraph).keys()) see(field);
		for (const field of world.values.find((type) => type.name === name)?.fields ?? []) see(field);
		for (const { type } of world.inputs.find((input) => input.name === name)?.fields ?? []) waiting.push(namedOf(type));
		const isObject = world.entityInterfaces.some((type) => type.name === name && type.object?.subgraph === subgraph);
		if (!isObject) waiting.push(...membersOf(world, name));
	}
	return seen;
}

function membersOf(world: World, name: string): readonly string[] {
	const abstract = [...world.unions, ...world.valueInterfaces, ...world.entityInterfaces];
	return abstract.find((type) => type.name === name)?.members ?? [];
}

/** The SDL of a subgraph; null: it has nothing. */
export function subgraphSdl(world: World, subgraph: string): string | null {
	const visible = visibleTypes(world, subgraph);
	const queries = world.queries.filter(({ owners }) => owners.includes(subgraph));
	const mutations = world.mutations.filter(({ owners }) => owners.includes(subgraph));
	const subscriptions = (world.subscriptions ?? []).filter(({ owners }) => owners.includes(subgraph));
	const objects = world.entityInterfaces.filter(({ object }) => object?.subgraph === subgraph);
	if (visible.size === 0 && queries.length === 0 && mutations.length === 0 && objects.length === 0) return null;
	const shown = <T extends { readonly name: string }>(types: readonly T[]) =>
		types.filter(({ name }) => visible.has(name));
	const interfaces = shown(world.entityInterfaces).filter((type) => !objects.includes(type));

	return [
		link,
		...(visible.has("Json") ? ["scalar Json"] : []),
		...shown(world.enums).map(({ name, values }) => `enum ${name} { ${values.join(" ")} }`),
		...shown(world.inputs).map(({ name, fields }) => block(`input ${name}`, fields.map(printArgument))),
		...shown(world.valueInterfaces).map(({ name, fields }) => block(`interface ${name}`, fields.map(printField))),
		...shown(world.values).map(({ name, fields }) => {
			const implemented = shown(world.valueInterfaces).filter(({ members }) => members.includes(name));
			return block(`type ${name}${implementing(implemented)} @shareable`, fields.map(printField));
		}),
		...interfaces.map((type) => printEntityInterface(world, type, subgraph)),
		...shown(world.entities).map((entity) => printEntity(world, entity, subgraph, interfaces)),
		...objects.map(({ name, object }) =>
			block(`type ${name} @key(fields: "id") @interfaceObject`, [
				"id: ID!",
				...(object?.fields ?? []).map((field) => printOwned(field, subgraph, "own")),
			]),
		),
		...shown(world.unions).map(({ name, members }) => `union ${name} = ${members.join(" | ")}`),
		...rootType("Query", queries, subgraph),
		...rootType("Mutation", mutations, subgraph),
		...rootType("Subscription", subscriptions, subgraph),
	].join("\n");
}

function rootType(name: string, fields: readonly OwnedField[], subgraph: string): readonly string[] {
	return fields.length === 0
		? []
		: [
				block(
					`type ${name}`,
					fields.map((field) => printOwned(field, subgraph, "own")),
				),
			];
}

/** Those of an interface's fields that each implementation answers in this subgraph. */
export function interfaceFieldsIn(
	world: World,
	{ members, fields }: EntityInterface,
	subgraph: string,
): readonly Field[] {
	return fields.filter(({ name }) =>
		members.every((member) =>
			entityOf(world, member).fields.some((field) => field.name === name && field.owners.includes(subgraph)),
		),
	);
}

function printEntityInterface(world: World, type: EntityInterface, subgraph: string): string {
	const key = type.home === subgraph && type.object !== null ? ' @key(fields: "id")' : "";
	return block(`interface ${type.name}${key}`, [
		"id: ID!",
		...interfaceFieldsIn(world, type, subgraph).map(printField),
	]);
}

function printEntity(world: World, entity: Entity, subgraph: string, interfaces: readonly EntityInterface[]): string {
	const { name, homes } = entity;
	const home = homes.find((candidate) => candidate.subgraph === subgraph);
	if (home === undefined) throw new Error(`${name} is not at home in ${subgraph}`);
	const keys = home.keys.map(
		(key) => ` @key(fields: "${keySelections[key]}"${home.resolvable ? "" : ", resolvable: false"})`,
	);
	const keyFields = keyFieldsOf(home.keys);
	const implemented = interfacesOf(world, name).filter((type) => interfaces.includes(type));
	return [
		...(keyFields.includes("place") ? [`type ${name}Place @shareable { spot: String! zone: String! }`] : []),
		block(`type ${name}${implementing(implemented)}${keys.join("")}`, [
			...keyFields.map((field) => `${field}: ${keyFieldType(name, field)}${field === "id" ? "" : " @shareable"}`),
			...[...fieldsIn(world, entity, subgraph)].map(([field, role]) => printOwned(field, subgraph, role)),
		]),
	].join("\n");
}

function printOwned(field: OwnedField, subgraph: string, role: Role): string {
	const own = role === "own";
	const { requires, provides, overrides, owners } = field;
	return [
		printField(field),
		role === "external" ? " @external" : "",
		own && owners.length > 1 ? " @shareable" : "",
		own && requires !== undefined ? ` @requires(fields: "${requires}")` : "",
		own && provides !== undefined ? ` @provides(fields: "${provides}")` : "",
		own && overrides !== undefined && subgraph === owners[0] ? printOverride(overrides) : "",
		own && field.inaccessible === true ? " @inaccessible" : "",
	].join("");
}

function printOverride({ from, label }: NonNullable<OwnedField["overrides"]>): string {
	return ` @override(from: "${from}"${label === undefined ? "" : `, label: "${label}"`})`;
}

function printField({ name, args, type }: Field): string {
	return `${name}${args.length === 0 ? "" : `(${args.map(printArgument).join(", ")})`}: ${type}`;
}

function printArgument({ name, type, defaultValue }: Argument): string {
	return `${name}: ${type}${defaultValue === undefined ? "" : ` = ${defaultValue}`}`;
}

function implementing(interfaces: readonly { readonly name: string }[]): string {
	return interfaces.length === 0 ? "" : ` implements ${interfaces.map(({ name }) => name).join(" & ")}`;
}

function block(head: string, lines: readonly string[]): string {
	return `${head} {\n${lines.map((line) => `  ${line}\n`).join("")}}`;
}
