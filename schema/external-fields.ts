import { type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, Kind, visit } from "graphql";

/** A subgraph by its name, parsed. */
interface ParsedSubgraph {
	readonly name: string;
	readonly typeDefs: DocumentNode;
}

/**
 * Completes a supergraph: the composer forgets which fields of an interface object are external, so that nobody would
 * fetch what another field there requires.
 */
export function withExternalFields(supergraph: DocumentNode, subgraphs: readonly ParsedSubgraph[]): DocumentNode {
	const graphs = graphsByName(supergraph);
	/** By `Interface.field`: the graphs where it is external. */
	const external = new Map<string, Set<string>>();
	for (const { name, typeDefs } of subgraphs) {
		const graph = graphs.get(name);
		if (graph === undefined) continue;
		for (const coordinate of externalFields(typeDefs)) {
			external.set(coordinate, (external.get(coordinate) ?? new Set()).add(graph));
		}
	}
	if (external.size === 0) return supergraph;
	return visit(supergraph, {
		[Kind.INTERFACE_TYPE_DEFINITION]: (type) => ({
			...type,
			fields: (type.fields ?? []).map((field) => {
				const where = external.get(`${type.name.value}.${field.name.value}`);
				if (where === undefined) return field;
				const all = new Set(valuesOf(type.directives ?? [], "join__type", "graph"));
				return withJoins(field, [...all], where);
			}),
		}),
	});
}

/** The fields of interface objects that are external, as `Interface.field`. */
function externalFields({ definitions }: DocumentNode): readonly string[] {
	return definitions.flatMap((definition) => {
		if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION) return [];
		if (!has(definition.directives, "interfaceObject")) return [];
		return (definition.fields ?? [])
			.filter(({ directives }) => has(directives, "external"))
			.map(({ name }) => `${definition.name.value}.${name.value}`);
	});
}

const has = (directives: readonly ConstDirectiveNode[] | undefined, name: string): boolean =>
	directives?.some((given) => given.name.value === name || given.name.value === `federation__${name}`) ?? false;

function withJoins(
	field: FieldDefinitionNode,
	all: readonly string[],
	external: ReadonlySet<string>,
): FieldDefinitionNode {
	const directives = field.directives ?? [];
	const joined = valuesOf(directives, "join__field", "graph");
	// Where nothing is said, the field is in each subgraph that has the type.
	const own = joined.length > 0 ? [] : all.filter((graph) => !external.has(graph)).map((graph) => join(graph, false));
	const missing = [...external].filter((graph) => !joined.includes(graph)).map((graph) => join(graph, true));
	return { ...field, directives: [...directives, ...own, ...missing] };
}

function join(graph: string, isExternal: boolean): ConstDirectiveNode {
	const name = (value: string) => ({ kind: Kind.NAME, value }) as const;
	return {
		kind: Kind.DIRECTIVE,
		name: name("join__field"),
		arguments: [
			{ kind: Kind.ARGUMENT, name: name("graph"), value: { kind: Kind.ENUM, value: graph } },
			...(isExternal
				? [{ kind: Kind.ARGUMENT, name: name("external"), value: { kind: Kind.BOOLEAN, value: true } } as const]
				: []),
		],
	};
}

/** The values of an argument in all directives of a name. */
function valuesOf(directives: readonly ConstDirectiveNode[], name: string, argument: string): readonly string[] {
	return directives
		.filter((given) => given.name.value === name)
		.flatMap(({ arguments: given = [] }) => given)
		.flatMap(({ name: { value: key }, value }) =>
			key === argument && (value.kind === Kind.ENUM || value.kind === Kind.STRING) ? [value.value] : [],
		);
}

/** The names in `join__Graph`, by those of the subgraphs. */
function graphsByName({ definitions }: DocumentNode): ReadonlyMap<string, string> {
	const graphs = new Map<string, string>();
	for (const definition of definitions) {
		if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== "join__Graph") continue;
		for (const { name, directives = [] } of definition.values ?? []) {
			for (const subgraph of valuesOf(directives, "join__graph", "name")) graphs.set(subgraph, name.value);
		}
	}
	return graphs;
}
