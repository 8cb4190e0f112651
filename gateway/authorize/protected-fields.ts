import {
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	Kind,
	type OperationDefinitionNode,
	type SelectionSetNode,
} from "graphql";
import type { Protection } from "./protection.ts";
import { noRequirement, type Requirement } from "./requirement.ts";

/** A field of a document that not everybody may see. */
export interface ProtectedSelection {
	/** `User.email`. */
	readonly coordinate: string;
	readonly requirement: Requirement;
}

/** The protected fields that an operation selects, in its fragments too. Linear: each fragment is looked at once. */
export function protectedFields(
	document: DocumentNode,
	{ operation, selectionSet }: OperationDefinitionNode,
	protection: Protection,
): ReadonlyMap<FieldNode, ProtectedSelection> {
	const found = new Map<FieldNode, ProtectedSelection>();
	const unseen = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) unseen.set(definition.name.value, definition);
	}
	const look = (type: string, { selections }: SelectionSetNode): void => {
		for (const selection of selections) {
			switch (selection.kind) {
				case Kind.FIELD: {
					const fieldType = protection.fieldType(type, selection.name.value);
					if (fieldType === null) break;
					const requirement = protection.requirementOf(type, selection.name.value);
					if (requirement !== noRequirement) {
						found.set(selection, { coordinate: `${type}.${selection.name.value}`, requirement });
					}
					if (selection.selectionSet !== undefined) look(fieldType, selection.selectionSet);
					break;
				}
				case Kind.INLINE_FRAGMENT:
					look(selection.typeCondition?.name.value ?? type, selection.selectionSet);
					break;
				case Kind.FRAGMENT_SPREAD: {
					const fragment = unseen.get(selection.name.value);
					unseen.delete(selection.name.value);
					if (fragment !== undefined) look(fragment.typeCondition.name.value, fragment.selectionSet);
					break;
				}
			}
		}
	};
	const root = protection.rootType(operation);
	if (root !== null) look(root, selectionSet);
	return found;
}
