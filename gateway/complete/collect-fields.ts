import {
	type DirectiveNode,
	type FieldNode,
	type FragmentDefinitionNode,
	type GraphQLNamedType,
	type GraphQLSchema,
	isAbstractType,
	isInterfaceType,
	isObjectType,
	Kind,
	type SelectionNode,
	type SelectionSetNode,
} from "graphql";

/** What decides which fields of a document are in a response. */
export interface Selecting {
	readonly schema: GraphQLSchema;
	readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
	/** Variables that `@skip` and `@include` read. */
	readonly conditions: Readonly<Record<string, unknown>>;
}

/** The fields of an object of `type` by response key, in the order of the specification (CollectFields). */
export function collectFields(
	selecting: Selecting,
	type: GraphQLNamedType,
	selectionSets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
	const fields = new Map<string, FieldNode[]>();
	const visited = new Set<string>();
	const collect = (selections: readonly SelectionNode[]): void => {
		for (const selection of selections) {
			if (!isIncluded(selection, selecting.conditions)) continue;
			if (selection.kind === Kind.FIELD) {
				const key = selection.alias?.value ?? selection.name.value;
				const same = fields.get(key);
				if (same === undefined) fields.set(key, [selection]);
				else same.push(selection);
			} else if (selection.kind === Kind.INLINE_FRAGMENT) {
				const condition = selection.typeCondition?.name.value;
				if (applies(selecting.schema, condition, type)) collect(selection.selectionSet.selections);
			} else {
				const name = selection.name.value;
				const fragment = selecting.fragments.get(name);
				if (fragment === undefined || visited.has(name)) continue;
				visited.add(name);
				if (applies(selecting.schema, fragment.typeCondition.name.value, type)) {
					collect(fragment.selectionSet.selections);
				}
			}
		}
	};
	for (const { selections } of selectionSets) collect(selections);
	return fields;
}

/** An interface stands for an object whose own type is not known: what holds for all its implementations applies. */
function applies(schema: GraphQLSchema, condition: string | undefined, type: GraphQLNamedType): boolean {
	if (condition === undefined || condition === type.name) return true;
	const conditional = schema.getType(condition);
	return (
		isAbstractType(conditional) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(conditional, type)
	);
}

function isIncluded({ directives = [] }: SelectionNode, conditions: Selecting["conditions"]): boolean {
	return directives.every((directive) => {
		const { value } = directive.name;
		if (value === "skip") return !isOn(directive, conditions);
		return value !== "include" || isOn(directive, conditions);
	});
}

function isOn({ arguments: given = [] }: DirectiveNode, conditions: Selecting["conditions"]): boolean {
	const condition = given.find(({ name }) => name.value === "if")?.value;
	if (condition?.kind === Kind.VARIABLE) return conditions[condition.name.value] === true;
	return condition?.kind === Kind.BOOLEAN && condition.value;
}
