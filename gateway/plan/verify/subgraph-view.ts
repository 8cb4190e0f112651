import {
	type ConstDirectiveNode,
	type DocumentNode,
	type FieldDefinitionNode,
	Kind,
	parse,
	type SelectionSetNode,
	type TypeNode,
} from "graphql";

/** A field as one subgraph has it. */
export interface ViewField {
	readonly typeName: string;
	readonly isNonNull: boolean;
	readonly isList: boolean;
	/** It is named there, and answered only where it is provided or part of a key. */
	readonly isExternal: boolean;
	readonly requires: SelectionSetNode | null;
	readonly provides: SelectionSetNode | null;
}

interface ViewKey {
	readonly fields: SelectionSetNode;
	readonly resolvable: boolean;
}

/** A composite type as one subgraph has it. */
export interface ViewType {
	readonly name: string;
	/** An object of the subgraph; also an interface of the graph that it knows as an object. */
	readonly isObject: boolean;
	readonly isInterfaceObject: boolean;
	readonly keys: readonly ViewKey[];
	readonly fields: ReadonlyMap<string, ViewField>;
	/** The interfaces and unions of the subgraph that it is one of. */
	readonly within: ReadonlySet<string>;
}

/** What a subgraph can be asked for. */
export interface SubgraphView {
	readonly name: string;
	readonly types: ReadonlyMap<string, ViewType>;
}

/** Which labels of `@override` are on. */
export type IsLabelOn = (label: string) => boolean;

interface Draft {
	readonly name: string;
	readonly isObject: boolean;
	isInterfaceObject: boolean;
	readonly keys: ViewKey[];
	readonly fields: Map<string, ViewField>;
	readonly within: Set<string>;
}

/** What each subgraph of a supergraph (Federation 2) can be asked for, by its name. */
export function subgraphViews({ definitions }: DocumentNode, isOn: IsLabelOn): ReadonlyMap<string, SubgraphView> {
	const views = new Map<string, { readonly name: string; readonly types: Map<string, Draft> }>();
	for (const definition of definitions) {
		if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== "join__Graph") continue;
		for (const { name, directives } of definition.values ?? []) {
			const graph = named(directives, "join__graph")[0];
			views.set(name.value, { name: graph?.get("name") ?? name.value, types: new Map() });
		}
	}
	const typeIn = (graph: string | undefined, name: string): Draft | undefined =>
		graph === undefined ? undefined : views.get(graph)?.types.get(name);

	for (const definition of definitions) {
		const isObject = definition.kind === Kind.OBJECT_TYPE_DEFINITION;
		const isAbstract =
			definition.kind === Kind.INTERFACE_TYPE_DEFINITION || definition.kind === Kind.UNION_TYPE_DEFINITION;
		if (!isObject && !isAbstract) continue;
		const name = definition.name.value;
		for (const given of named(definition.directives, "join__type")) {
			const types = views.get(given.get("graph") ?? "")?.types;
			if (types === undefined) continue;
			const isInterfaceObject = given.get("isInterfaceObject") === "true";
			const type = types.get(name) ?? draftOf(name, isObject || isInterfaceObject);
			types.set(name, type);
			type.isInterfaceObject ||= isInterfaceObject;
			const key = given.get("key");
			if (key !== undefined) {
				type.keys.push({ fields: selectionOf(key), resolvable: given.get("resolvable") !== "false" });
			}
		}
		for (const given of named(definition.directives, "join__implements")) {
			const wide = given.get("interface");
			if (wide !== undefined) typeIn(given.get("graph"), name)?.within.add(wide);
		}
	}
	// Members may be defined after their union.
	for (const definition of definitions) {
		if (definition.kind !== Kind.UNION_TYPE_DEFINITION) continue;
		for (const given of named(definition.directives, "join__unionMember")) {
			typeIn(given.get("graph"), given.get("member") ?? "")?.within.add(definition.name.value);
		}
	}
	for (const definition of definitions) {
		if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
		for (const field of definition.fields ?? []) {
			const joins = named(field.directives, "join__field");
			for (const [graph, { types }] of views) {
				const type = types.get(definition.name.value);
				if (type === undefined) continue;
				// Where nothing is said of a field, it is in each subgraph that has the type.
				if (joins.length === 0) type.fields.set(field.name.value, fieldOf(field.type, null));
				for (const join of joins) if (join.get("graph") === graph) addField(type, field, join, isOn);
			}
		}
	}
	return new Map([...views.values()].map((view) => [view.name, view]));
}

const draftOf = (name: string, isObject: boolean): Draft => ({
	name,
	isObject,
	isInterfaceObject: false,
	keys: [],
	fields: new Map(),
	within: new Set(),
});

function addField(type: Draft, { name, type: graphType }: FieldDefinitionNode, join: Arguments, isOn: IsLabelOn): void {
	const label = join.get("overrideLabel");
	// Where it moves from has the label, too; which of the two answers, the label decides.
	if (label !== undefined && isOn(label) !== join.has("override")) return;
	type.fields.set(name.value, fieldOf(graphType, join));
}

function fieldOf(graphType: TypeNode, join: Arguments | null): ViewField {
	const own = join?.get("type");
	const type = own ?? printType(graphType);
	const requires = join?.get("requires");
	const provides = join?.get("provides");
	return {
		typeName: type.replaceAll(/[[\]!]/g, ""),
		isNonNull: type.endsWith("!"),
		isList: type.includes("["),
		isExternal: join?.get("external") === "true" || join?.get("usedOverridden") === "true",
		requires: requires === undefined ? null : selectionOf(requires),
		provides: provides === undefined ? null : selectionOf(provides),
	};
}

function printType(type: TypeNode): string {
	if (type.kind === Kind.NAMED_TYPE) return type.name.value;
	return type.kind === Kind.LIST_TYPE ? `[${printType(type.type)}]` : `${printType(type.type)}!`;
}

const selections = new Map<string, SelectionSetNode>();
const mostSelections = 10_000;

/** A set of fields as directives write it. */
function selectionOf(text: string): SelectionSetNode {
	const known = selections.get(text);
	if (known !== undefined) return known;
	const [definition] = parse(`{ ${text} }`, { noLocation: true }).definitions;
	if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No set of fields: ${text}`);
	if (selections.size >= mostSelections) selections.clear();
	selections.set(text, definition.selectionSet);
	return definition.selectionSet;
}

type Arguments = ReadonlyMap<string, string>;

/** The arguments of all directives of a name, as text. */
function named(directives: readonly ConstDirectiveNode[] | undefined, name: string): readonly Arguments[] {
	return (directives ?? [])
		.filter((directive) => directive.name.value === name)
		.map(
			({ arguments: given = [] }) =>
				new Map(
					given.flatMap(({ name: { value: key }, value }): readonly [string, string][] =>
						value.kind === Kind.STRING || value.kind === Kind.ENUM
							? [[key, value.value]]
							: value.kind === Kind.BOOLEAN
								? [[key, String(value.value)]]
								: [],
					),
				),
		);
}
