import { type DocumentNode, type FieldNode, Kind, parse, type StringValueNode, visit } from "graphql";

/** The key under which a field of the client is planned, and which the merged data have it under. */
export type PlannedKey = (field: FieldNode) => string;

/** What the `@requires` of a supergraph name, at any depth. */
interface RequiredNames {
	readonly all: ReadonlySet<string>;
	readonly withArguments: ReadonlySet<string>;
}

/**
 * Keeps what a client asks apart from what only the plan needs: in the merged data the two must never meet. A client may
 * name a field like one that is required (`price: shipping`, where `shipping` requires `price`), or ask for a required field
 * by other arguments. Then its key has a prefix. A field of both that can only be the same stays one.
 */
export function plannedKeysOf(supergraph: DocumentNode): PlannedKey {
	const { all, withArguments } = requiredNames(supergraph);
	return ({ alias, name: { value: name }, arguments: given = [] }) => {
		if (name === "__typename") return name;
		const key = alias?.value ?? name;
		const required = given.length > 0 ? all : withArguments;
		return key !== name || required.has(name) ? `_alias_${key}` : name;
	};
}

function requiredNames(supergraph: DocumentNode): RequiredNames {
	const all = new Set<string>();
	const withArguments = new Set<string>();
	for (const fieldSet of new Set(requiredFieldSets(supergraph))) {
		visit(parse(`{ ${fieldSet} }`, { noLocation: true }), {
			[Kind.FIELD]({ name, arguments: given = [] }) {
				all.add(name.value);
				if (given.length > 0) withArguments.add(name.value);
			},
		});
	}
	return { all, withArguments };
}

function requiredFieldSets(supergraph: DocumentNode): readonly string[] {
	return supergraph.definitions.flatMap((definition) => {
		if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION)
			return [];
		return (definition.fields ?? [])
			.flatMap(({ directives = [] }) => directives)
			.filter(({ name }) => name.value === "join__field")
			.flatMap(({ arguments: given = [] }) => given)
			.filter(({ name, value }) => name.value === "requires" && value.kind === Kind.STRING)
			.map(({ value }) => (value as StringValueNode).value);
	});
}
