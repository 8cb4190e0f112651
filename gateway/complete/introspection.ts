import {
	type DocumentNode,
	execute,
	type FieldNode,
	type GraphQLSchema,
	Kind,
	type OperationDefinitionNode,
	OperationTypeNode,
} from "graphql";

/** Answers `__schema` or `__type`: the value under `key`, or null. */
export type Introspect = (
	nodes: readonly FieldNode[],
	key: string,
	variables: Readonly<Record<string, unknown>>,
) => unknown;

/** Introspection of the public schema, by graphql-js. What no variable changes is answered once. */
export function introspectionOf(
	schema: GraphQLSchema,
	document: DocumentNode,
	{ variableDefinitions = [] }: OperationDefinitionNode,
): Introspect {
	const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
	const known = new WeakMap<readonly FieldNode[], unknown>();
	return (nodes, key, variableValues) => {
		if (known.has(nodes)) return known.get(nodes);
		const operation: OperationDefinitionNode = {
			kind: Kind.OPERATION_DEFINITION,
			operation: OperationTypeNode.QUERY,
			variableDefinitions,
			selectionSet: { kind: Kind.SELECTION_SET, selections: nodes.map(withoutConditions) },
		};
		const result = execute({
			schema,
			document: { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] },
			variableValues,
		});
		if (result instanceof Promise) throw new Error("Introspection never waits");
		const value: unknown = result.data?.[key] ?? null;
		if (variableDefinitions.length === 0) known.set(nodes, value);
		return value;
	};
}

/** Conditions of the fields themselves have been decided already. */
const withoutConditions = ({ directives, ...field }: FieldNode): FieldNode => field;
