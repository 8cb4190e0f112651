import {
	type FieldNode,
	type GraphQLSchema,
	isAbstractType,
	Kind,
	type OperationDefinitionNode,
	OperationTypeNode,
	print,
	type SelectionNode,
	type SelectionSetNode,
	TypeInfo,
	visit,
	visitWithTypeInfo,
} from "graphql";
import type { PlannedKey } from "./planned-key.ts";
import { hideWideLiterals } from "./wide-literal.ts";

export interface PlannedTextOptions {
	/** The public schema. */
	readonly schema: GraphQLSchema;
	/** The graph has object types that clients do not see: the type of what an interface or a union holds is always asked. */
	readonly hidesTypes: boolean;
	readonly plannedKey: PlannedKey;
}

/**
 * What is planned of an operation that was written out: one text for a query or a subscription, one for each root field
 * of a mutation, so that each is complete before the next begins; none where the gateway answers all of it.
 * Introspection and the names of root types are left out, fields have the keys that they are planned under, and wide literals are hidden.
 */
export function plannedTexts(
	given: OperationDefinitionNode,
	{ schema, hidesTypes, plannedKey }: PlannedTextOptions,
): readonly string[] {
	const operation = hidesTypes ? withTypes(given, schema) : given;
	const fields = operation.selectionSet.selections.filter(
		(selection) => selection.kind !== Kind.FIELD || !selection.name.value.startsWith("__"),
	);
	const parts = operation.operation === OperationTypeNode.MUTATION ? fields.map((field) => [field]) : [fields];
	return parts.filter(({ length }) => length > 0).map((selections) => textOf(operation, selections, plannedKey));
}

/** With the name of the type wherever it can be one of several. */
function withTypes(operation: OperationDefinitionNode, schema: GraphQLSchema): OperationDefinitionNode {
	const types = new TypeInfo(schema);
	return visit(
		operation,
		visitWithTypeInfo(types, {
			[Kind.SELECTION_SET]: (set) =>
				isAbstractType(types.getParentType()) ? { ...set, selections: [...set.selections, typename] } : undefined,
		}),
	);
}

function textOf(
	operation: OperationDefinitionNode,
	selections: readonly SelectionNode[],
	plannedKey: PlannedKey,
): string {
	const selectionSet: SelectionSetNode = visit(
		{ kind: Kind.SELECTION_SET, selections },
		{
			...hideWideLiterals,
			[Kind.FIELD]: { leave: (field: FieldNode) => plannedField(field, plannedKey) },
			[Kind.SELECTION_SET]: {
				leave: (set) => (set.selections.length === 0 ? { ...set, selections: [typename] } : undefined),
			},
		},
	);
	const used = new Set<string>();
	visit(selectionSet, {
		[Kind.VARIABLE]({ name }) {
			used.add(name.value);
		},
	});
	const variableDefinitions = (operation.variableDefinitions ?? [])
		.filter(({ variable }) => used.has(variable.name.value))
		.map((definition) => visit(definition, hideWideLiterals));
	return print({
		kind: Kind.OPERATION_DEFINITION,
		operation: operation.operation,
		variableDefinitions,
		selectionSet,
	});
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/** Null: the gateway answers it. */
function plannedField(field: FieldNode, plannedKey: PlannedKey): FieldNode | null {
	const name = field.name.value;
	if (name === "__schema" || name === "__type") return null;
	const { alias: _, ...unaliased } = field;
	const key = plannedKey(field);
	return key === name ? unaliased : { ...field, alias: { kind: Kind.NAME, value: key } };
}
