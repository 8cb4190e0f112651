import {
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	Kind,
	type OperationDefinitionNode,
	type SelectionNode,
	type SelectionSetNode,
} from "graphql";

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/**
 * The document with this operation alone and without some of its fields. A field that loses its whole selection
 * keeps `__typename`, since whether it is null still counts; a fragment that does is gone. Only the selection of the
 * operation may come out empty.
 */
export function withoutFields(
	document: DocumentNode,
	operation: OperationDefinitionNode,
	isWithheld: (field: FieldNode) => boolean,
): { readonly document: DocumentNode; readonly operation: OperationDefinitionNode } {
	const given = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) given.set(definition.name.value, definition);
	}
	/** Null: nothing is left of it. */
	const kept = new Map<string, FragmentDefinitionNode | null>();

	const keepFragment = (name: string): FragmentDefinitionNode | null => {
		const known = kept.get(name);
		if (known !== undefined) return known;
		const fragment = given.get(name);
		const selections = fragment === undefined ? [] : keep(fragment.selectionSet);
		const reduced =
			fragment === undefined || selections.length === 0
				? null
				: { ...fragment, selectionSet: { ...fragment.selectionSet, selections } };
		kept.set(name, reduced);
		return reduced;
	};
	const keep = ({ selections }: SelectionSetNode): SelectionNode[] =>
		selections.flatMap((selection): SelectionNode[] => {
			if (selection.kind === Kind.FRAGMENT_SPREAD)
				return keepFragment(selection.name.value) === null ? [] : [selection];
			if (selection.kind === Kind.FIELD && isWithheld(selection)) return [];
			if (selection.selectionSet === undefined) return [selection];
			const inner = keep(selection.selectionSet);
			if (selection.kind === Kind.INLINE_FRAGMENT && inner.length === 0) return [];
			const filled = inner.length === 0 ? [typename] : inner;
			return [{ ...selection, selectionSet: { ...selection.selectionSet, selections: filled } }];
		});

	const reduced = {
		...operation,
		selectionSet: { ...operation.selectionSet, selections: keep(operation.selectionSet) },
	};
	const fragments = [...kept.values()].filter((fragment) => fragment !== null);
	return { document: { kind: Kind.DOCUMENT, definitions: [reduced, ...fragments] }, operation: reduced };
}
