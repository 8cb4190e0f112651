import {
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	type GraphQLCompositeType,
	type GraphQLSchema,
	getNamedType,
	isCompositeType,
	isInterfaceType,
	isObjectType,
	isUnionType,
	Kind,
	type OperationDefinitionNode,
	type SelectionNode,
	type SelectionSetNode,
} from "graphql";

/** What a variable of a condition is, in one request. */
export type ConditionValue = (variable: string) => boolean;

const typenameField: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/**
 * An operation with its fragments written out where they are spread, its conditions decided, and each field once. It
 * selects the same, in its plainest form: the planner fails on some valid operations for their form alone (two
 * conditions on one field, `@skip(if: true)`), and plans with conditions ask for more than a request wants. It is at most as
 * large as the operation with its fragments expanded, which admission has bounded.
 */
export function writtenOut(
	schema: GraphQLSchema,
	document: DocumentNode,
	operation: OperationDefinitionNode,
	conditionValue: ConditionValue,
): OperationDefinitionNode {
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}

	const write = (parent: GraphQLCompositeType, selections: readonly SelectionNode[]): SelectionSetNode => {
		const fields = new Map<string, FieldNode[]>();
		const narrowed = new Map<GraphQLCompositeType, SelectionNode[]>();
		const take = (selection: SelectionNode): void => {
			if (!isSelected(selection, conditionValue)) return;
			if (selection.kind === Kind.FIELD) {
				append(fields, selection.alias?.value ?? selection.name.value, selection);
				return;
			}
			const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
			if (fragment === undefined) return;
			const { typeCondition, selectionSet } = fragment;
			const type = typeCondition === undefined ? parent : schema.getType(typeCondition.name.value);
			if (!isCompositeType(type)) return;
			if (covers(schema, type, parent)) selectionSet.selections.forEach(take);
			else if (!isObjectType(parent)) for (const inner of selectionSet.selections) append(narrowed, type, inner);
		};
		selections.forEach(take);
		const written: SelectionNode[] = [...fields.values()].map((nodes) => merged(parent, nodes));
		for (const [type, inner] of narrowed) written.push(inlineFragment(type.name, write(type, inner)));
		return { kind: Kind.SELECTION_SET, selections: written.length === 0 ? [typenameField] : written };
	};

	/** The nodes of one response key: validation has seen to it that they are of the same field and arguments. */
	const merged = (parent: GraphQLCompositeType, nodes: readonly FieldNode[]): FieldNode => {
		const [first = typenameField] = nodes;
		const { directives: _, selectionSet, ...field } = first;
		if (selectionSet === undefined) return field;
		const type = fieldTypeOf(parent, first.name.value);
		if (type === null) return { ...field, selectionSet };
		return {
			...field,
			selectionSet: write(
				type,
				nodes.flatMap((node) => node.selectionSet?.selections ?? []),
			),
		};
	};

	const root = schema.getRootType(operation.operation);
	if (root === null || root === undefined) return operation;
	return { ...operation, selectionSet: write(root, operation.selectionSet.selections) };
}

/** The variables that conditions of the operation read; what is written out differs by their values alone. */
export function conditionVariables(document: DocumentNode): readonly string[] {
	const names = new Set<string>();
	const visit = ({ selections }: SelectionSetNode): void => {
		for (const selection of selections) {
			for (const { name, arguments: args } of selection.directives ?? []) {
				const value = args?.[0]?.value;
				const isCondition = name.value === "skip" || name.value === "include";
				if (isCondition && value?.kind === Kind.VARIABLE) names.add(value.name.value);
			}
			if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet !== undefined)
				visit(selection.selectionSet);
		}
	};
	for (const definition of document.definitions) {
		if ("selectionSet" in definition) visit(definition.selectionSet);
	}
	return [...names].sort();
}

function isSelected({ directives = [] }: SelectionNode, conditionValue: ConditionValue): boolean {
	return directives.every(({ name, arguments: args }) => {
		if (name.value !== "skip" && name.value !== "include") return true;
		const value = args?.[0]?.value;
		const holds =
			value?.kind === Kind.VARIABLE ? conditionValue(value.name.value) : value?.kind === Kind.BOOLEAN && value.value;
		return holds === (name.value === "include");
	});
}

/** May what is selected on `wide` be selected on `narrow` as it stands? */
function covers(schema: GraphQLSchema, wide: GraphQLCompositeType, narrow: GraphQLCompositeType): boolean {
	if (wide === narrow) return true;
	if (isInterfaceType(wide)) return !isUnionType(narrow) && schema.isSubType(wide, narrow);
	if (!isUnionType(wide)) return false;
	const possible = isObjectType(narrow) ? [narrow] : schema.getPossibleTypes(narrow);
	return possible.every((type) => schema.isSubType(wide, type));
}

function fieldTypeOf(parent: GraphQLCompositeType, name: string): GraphQLCompositeType | null {
	const field = isUnionType(parent) ? undefined : parent.getFields()[name];
	const type = field === undefined ? undefined : getNamedType(field.type);
	return isCompositeType(type) ? type : null;
}

function inlineFragment(type: string, selectionSet: SelectionSetNode): SelectionNode {
	const typeCondition = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } } as const;
	return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet };
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
	const list = lists.get(key);
	if (list === undefined) lists.set(key, [value]);
	else list.push(value);
}
