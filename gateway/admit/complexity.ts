import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";

/** How much an operation asks for, with every fragment written out where it is spread. */
export interface Complexity {
	readonly depth: number;
	readonly selections: number;
}

/** What stands in the document, each place once. */
export interface DocumentCounts {
	readonly aliases: number;
	readonly directives: number;
}

const nothing: Complexity = { depth: 0, selections: 0 };

/**
 * The largest operation of a document. Linear in the document: a fragment is measured once, however often it is
 * spread, so that a fragment bomb of a few lines costs nothing to refuse. A cyclic spread counts as nothing here;
 * validation names it.
 */
export function measureComplexity(document: DocumentNode): Complexity {
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}
	const measured = new Map<string, Complexity>();

	const measureFragment = (name: string): Complexity => {
		const known = measured.get(name);
		if (known !== undefined) return known;
		const fragment = fragments.get(name);
		if (fragment === undefined) return nothing;
		measured.set(name, nothing);
		const complexity = measure(fragment.selectionSet);
		measured.set(name, complexity);
		return complexity;
	};
	const measure = (selectionSet: SelectionSetNode): Complexity => {
		let depth = 0;
		let selections = 0;
		for (const selection of selectionSet.selections) {
			const inner =
				selection.kind === Kind.FRAGMENT_SPREAD
					? measureFragment(selection.name.value)
					: selection.selectionSet === undefined
						? nothing
						: measure(selection.selectionSet);
			depth = Math.max(depth, inner.depth + (selection.kind === Kind.FIELD ? 1 : 0));
			selections += 1 + inner.selections;
		}
		return { depth, selections };
	};

	let largest = nothing;
	for (const definition of document.definitions) {
		if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
		const complexity = measure(definition.selectionSet);
		largest = {
			depth: Math.max(largest.depth, complexity.depth),
			selections: Math.max(largest.selections, complexity.selections),
		};
	}
	return largest;
}

/** Aliases and directives of the whole document. */
export function countDocument(document: DocumentNode): DocumentCounts {
	let aliases = 0;
	let directives = 0;
	const count = (selectionSet: SelectionSetNode | undefined): void => {
		for (const selection of selectionSet?.selections ?? []) {
			directives += selection.directives?.length ?? 0;
			if (selection.kind === Kind.FIELD && selection.alias !== undefined) aliases += 1;
			if (selection.kind !== Kind.FRAGMENT_SPREAD) count(selection.selectionSet);
		}
	};
	for (const definition of document.definitions) {
		if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
		directives += definition.directives?.length ?? 0;
		if (definition.kind === Kind.OPERATION_DEFINITION) {
			for (const variable of definition.variableDefinitions ?? []) directives += variable.directives?.length ?? 0;
		}
		count(definition.selectionSet);
	}
	return { aliases, directives };
}
