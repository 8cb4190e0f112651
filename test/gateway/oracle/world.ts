/** A generated federated world: what its types are and which subgraph answers which field. Its data follow from `seed`. */
export interface World {
	readonly seed: number;
	readonly subgraphs: readonly string[];
	readonly faults: Faults;
	readonly enums: readonly { readonly name: string; readonly values: readonly string[] }[];
	readonly inputs: readonly { readonly name: string; readonly fields: readonly Argument[] }[];
	/** Object types without a key; every subgraph that shows one has all of it. */
	readonly values: readonly { readonly name: string; readonly fields: readonly Field[] }[];
	/** Over value types: `fields` are those that all members have. */
	readonly valueInterfaces: readonly Abstract[];
	readonly entities: readonly Entity[];
	/** Over entities: `fields` are those that all members have, by whomever they are answered. */
	readonly entityInterfaces: readonly EntityInterface[];
	readonly unions: readonly { readonly name: string; readonly members: readonly string[] }[];
	readonly queries: readonly OwnedField[];
	readonly mutations: readonly OwnedField[];
	/** Each is followed in one subgraph. */
	readonly subscriptions?: readonly OwnedField[];
	/** A subgraph that does not answer. */
	readonly outage?: Outage;
}

/** How often, of a thousand, something goes wrong; which one does follows from the seed and its place. */
export interface Faults {
	/** A nullable position is null. */
	readonly nulls: number;
	/** A position that must not be null is null. */
	readonly violations: number;
	/** A field throws. */
	readonly errors: number;
	/** An item of a list is an error. */
	readonly itemErrors: number;
	/** A field of a key throws in a subgraph. */
	readonly keyErrors?: number;
	/** How many turns of the event loop a subgraph may lose before it answers. */
	readonly delays: number;
}

export const noFaults: Faults = { nulls: 0, violations: 0, errors: 0, itemErrors: 0, delays: 0 };

export interface Argument {
	readonly name: string;
	readonly type: string;
	/** A literal. */
	readonly defaultValue?: string;
}

export interface Field {
	readonly name: string;
	/** As GraphQL writes it: `[E0!]!`. */
	readonly type: string;
	readonly args: readonly Argument[];
}

export interface OwnedField extends Field {
	/** The subgraphs that answer it; several: it is shareable. */
	readonly owners: readonly string[];
	/** Fields of the same entity that its only owner is handed. */
	readonly requires?: string;
	/** A scalar field of the entity that it returns, answered along with it. */
	readonly provides?: string;
	/** Another subgraph that has it still; `active` says whether the label moves it. */
	readonly overrides?: { readonly from: string; readonly label?: string; readonly active: boolean };
	readonly inaccessible?: true;
}

export interface Abstract {
	readonly name: string;
	readonly members: readonly string[];
	readonly fields: readonly Field[];
}

export interface EntityInterface extends Abstract {
	/** The subgraph that knows all implementations, and gives the interface its key. */
	readonly home: string;
	/** A subgraph that adds fields to the interface without knowing what implements it. */
	readonly object: { readonly subgraph: string; readonly fields: readonly OwnedField[] } | null;
}

export type KeyName = "id" | "code" | "pair" | "place" | "mixed";

export interface Home {
	readonly subgraph: string;
	readonly keys: readonly KeyName[];
	/** False: it only names the entity. */
	readonly resolvable: boolean;
}

export interface Entity {
	readonly name: string;
	readonly count: number;
	readonly homes: readonly Home[];
	readonly fields: readonly OwnedField[];
}

/** The selection of each key. */
export const keySelections: Readonly<Record<KeyName, string>> = {
	id: "id",
	code: "code",
	pair: "org region",
	place: "place { spot zone }",
	mixed: "id org",
};

export type KeyFieldName = "id" | "code" | "org" | "region" | "place";

const keyFieldNames: Readonly<Record<KeyName, readonly KeyFieldName[]>> = {
	id: ["id"],
	code: ["code"],
	pair: ["org", "region"],
	place: ["place"],
	mixed: ["id", "org"],
};

export function keyFieldsOf(keys: readonly KeyName[]): readonly KeyFieldName[] {
	return [...new Set(keys.flatMap((key) => keyFieldNames[key]))];
}

export function keyFieldType(entity: string, field: KeyFieldName): string {
	if (field === "place") return `${entity}Place!`;
	return field === "id" ? "ID!" : "String!";
}

export function namedOf(type: string): string {
	return type.replaceAll(/[[\]!]/g, "");
}

/** All fields that an entity has in the graph, its keys and what interfaces add to it apart. */
export function interfacesOf(world: World, entity: string): readonly EntityInterface[] {
	return world.entityInterfaces.filter(({ members }) => members.includes(entity));
}

export function entityOf(world: World, name: string): Entity {
	const entity = world.entities.find((candidate) => candidate.name === name);
	if (entity === undefined) throw new Error(`No entity ${name}`);
	return entity;
}

/** One subgraph answers none of its calls, or none of a kind. */
export interface Outage {
	readonly subgraph: string;
	readonly calls: "root" | "entities" | "all";
	/** What takes the place of its answers. */
	readonly way: "throws" | "refuses" | "garbles";
	/** Computed fields (`Type.field`) whose required ones have a call of their own, also where that of the object could bring them. */
	readonly requiredApart?: ReadonlySet<string>;
}
