import { type DocumentNode, Kind } from "graphql";

/** Does an object of the type `typename` satisfy the condition `... on condition`? */
export type TypeConditions = (typename: string, condition: string) => boolean;

/**
 * The type conditions of a supergraph, with the types that clients do not see. A subgraph that knows an interface as an
 * object (`@interfaceObject`) answers with the name of the interface, which satisfies its own condition.
 */
export function typeConditionsOf(supergraph: DocumentNode): TypeConditions {
	const subtypes = new Map<string, Set<string>>();
	const add = (abstract: string, member: string): void => {
		const members = subtypes.get(abstract) ?? new Set();
		subtypes.set(abstract, members.add(member));
	};
	for (const definition of supergraph.definitions) {
		if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
			for (const member of definition.types ?? []) add(definition.name.value, member.name.value);
		}
		if (
			definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
			(definition.kind === Kind.INTERFACE_TYPE_DEFINITION && definition.interfaces !== undefined)
		) {
			for (const parent of definition.interfaces ?? []) add(parent.name.value, definition.name.value);
		}
	}
	return (typename, condition) => typename === condition || subtypes.get(condition)?.has(typename) === true;
}
