import {
	type DirectiveNode,
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	Kind,
	type OperationDefinitionNode,
	OperationTypeNode,
	print,
	type SelectionNode,
	type SelectionSetNode,
	visit,
} from "graphql";
import { plannedAlias } from "./planned-alias.ts";
import { wideLiteral } from "./wide-literal.ts";

const typenameField: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/**
 * What is planned of an operation: one text for a query or a subscription, one for each root field of a mutation, so
 * that each is complete before the next begins; none where the gateway answers all of it. Introspection and the names
 * of root types are left out, and aliases are renamed.
 */
export function plannedTexts(document: DocumentNode, operation: OperationDefinitionNode): readonly string[] {
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}
	const fields = rootFields(operation.selectionSet, fragments);
	const groups = new Map<string, SelectionNode[]>();
	for (const { field, conditions } of fields) {
		const name = field.name.value;
		if (name.startsWith("__")) continue;
		const key = operation.operation === OperationTypeNode.MUTATION ? (field.alias?.value ?? name) : "";
		const group = groups.get(key) ?? [];
		groups.set(key, group);
		group.push(conditions.reduceRight<SelectionNode>(withCondition, field));
	}
	return [...groups.values()].map((selections) => textOf(operation, selections, fragments));
}

interface RootField {
	readonly field: FieldNode;
	readonly conditions: readonly DirectiveNode[];
}

/** The root fields in order, with fragments written out. */
function rootFields(
	{ selections }: SelectionSetNode,
	fragments: ReadonlyMap<string, FragmentDefinitionNode>,
	conditions: readonly DirectiveNode[] = [],
): RootField[] {
	return selections.flatMap((selection) => {
		if (selection.kind === Kind.FIELD) return [{ field: selection, conditions }];
		const inner = [...conditions, ...(selection.directives ?? [])];
		if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, fragments, inner);
		const fragment = fragments.get(selection.name.value);
		return fragment === undefined ? [] : rootFields(fragment.selectionSet, fragments, inner);
	});
}

function withCondition(selection: SelectionNode, directive: DirectiveNode): SelectionNode {
	return {
		kind: Kind.INLINE_FRAGMENT,
		directives: [directive],
		selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
	};
}

function textOf(
	operation: OperationDefinitionNode,
	selections: readonly SelectionNode[],
	fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): string {
	const root = planned({ kind: Kind.SELECTION_SET, selections });
	const used = usedIn(root, fragments);
	return [
		print({
			kind: Kind.OPERATION_DEFINITION,
			operation: operation.operation,
			variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
				used.variables.has(variable.name.value),
			),
			selectionSet: root,
		}),
		...[...used.fragments.values()].map(print),
	].join("\n");
}

/** A part of the document as it is planned. */
function planned<T extends SelectionSetNode | FragmentDefinitionNode>(node: T): T {
	return visit(node, {
		[Kind.INT]: (literal) => wideLiteral(literal),
		[Kind.FIELD]: {
			leave(field) {
				const name = field.name.value;
				if (name === "__schema" || name === "__type") return null;
				const { alias, ...unaliased } = field;
				if (alias === undefined || alias.value === name || name === "__typename") return unaliased;
				return { ...field, alias: { ...alias, value: plannedAlias(alias.value) } };
			},
		},
		[Kind.SELECTION_SET]: {
			leave: (set) => (set.selections.length === 0 ? { ...set, selections: [typenameField] } : undefined),
		},
	});
}

interface Used {
	readonly variables: Set<string>;
	readonly fragments: Map<string, FragmentDefinitionNode>;
}

/** What a selection needs of the document, through all its fragments. */
function usedIn(
	node: SelectionSetNode | FragmentDefinitionNode,
	fragments: ReadonlyMap<string, FragmentDefinitionNode>,
	used: Used = { variables: new Set(), fragments: new Map() },
): Used {
	visit(node, {
		[Kind.VARIABLE]({ name }) {
			used.variables.add(name.value);
		},
		[Kind.FRAGMENT_SPREAD]({ name }) {
			const fragment = fragments.get(name.value);
			if (fragment === undefined || used.fragments.has(name.value)) return;
			const own = planned(fragment);
			used.fragments.set(name.value, own);
			usedIn(own, fragments, used);
		},
	});
	return used;
}
