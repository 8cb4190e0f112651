import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from "graphql";

/** The response keys that a fetch may answer, whatever the types: what is merged, and what is missing if it fails. */
export interface FetchShape {
	readonly fields: readonly FetchedField[];
}

export interface FetchedField {
	readonly key: string;
	/** Null: a leaf. */
	readonly shape: FetchShape | null;
}

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** `renamed` has the keys that rewrites change in the answer. */
export function fetchShape(
	selectionSets: readonly SelectionSetNode[],
	fragments: Fragments,
	renamed: ReadonlyMap<string, string> | undefined,
): FetchShape {
	const sets = new Map<string, SelectionSetNode[]>();
	const collect = ({ selections }: SelectionSetNode, seen: ReadonlySet<string>): void => {
		for (const selection of selections) {
			if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, seen);
			else if (selection.kind === Kind.FRAGMENT_SPREAD) {
				const name = selection.name.value;
				const fragment = fragments.get(name);
				if (fragment !== undefined && !seen.has(name)) collect(fragment.selectionSet, new Set(seen).add(name));
			} else {
				const answered = selection.alias?.value ?? selection.name.value;
				const key = renamed?.get(answered) ?? answered;
				const inner = sets.get(key) ?? [];
				sets.set(key, inner);
				if (selection.selectionSet !== undefined) inner.push(selection.selectionSet);
			}
		}
	};
	for (const selectionSet of selectionSets) collect(selectionSet, new Set());
	return {
		fields: [...sets].map(([key, inner]) => ({
			key,
			shape: inner.length === 0 ? null : fetchShape(inner, fragments, renamed),
		})),
	};
}
