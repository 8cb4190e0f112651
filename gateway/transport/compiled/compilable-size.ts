import {
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	type GraphQLObjectType,
	type GraphQLSchema,
	getNamedType,
	getNullableType,
	isAbstractType,
	isListType,
	isObjectType,
	Kind,
	type OperationDefinitionNode,
	type SelectionSetNode,
	typeFromAST,
} from "graphql";

/**
 * Can graphql-jit compile it, in bounded time? It writes out each field once for every possible type above it, and
 * names what a field's resolver is told by the path run together, which two paths may share.
 */
export function isCompilable(
	schema: GraphQLSchema,
	document: DocumentNode,
	operation: OperationDefinitionNode,
	most: number,
): boolean {
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const node of document.definitions) {
		if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
	}
	const paths = new Map<string, string>();
	let fields = 0;

	const walk = (
		type: GraphQLObjectType,
		sets: readonly SelectionSetNode[],
		path: readonly string[],
		depth: number,
	): boolean => {
		for (const [key, nodes] of collect(schema, fragments, type, sets)) {
			const name = nodes[0]?.name.value ?? "";
			fields += 1;
			if (fields > most || key === "__proto__" || name === "__schema" || name === "__type") return false;
			const field = type.getFields()[name];
			if (field === undefined) continue;
			const at = [key, ...path];
			const joined = at.join("_");
			const exact = at.join(".");
			if ((paths.get(joined) ?? exact) !== exact) return false;
			paths.set(joined, exact);

			const named = getNamedType(field.type);
			const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
			const lists = listDepth(field.type);
			const items = [...Array.from({ length: lists }, (_, i) => `idx${depth + lists - 1 - i}`), ...at];
			if (isObjectType(named) && !walk(named, below, items, depth + lists)) return false;
			if (!isAbstractType(named)) continue;
			for (const possible of schema.getPossibleTypes(named)) {
				if (!walk(possible, below, [possible.name, ...items], depth + lists)) return false;
			}
		}
		return true;
	};
	const root = schema.getRootType(operation.operation);
	return root != null && walk(root, [operation.selectionSet], [], 0);
}

/** The fields that are selected on a type, by response key. */
function collect(
	schema: GraphQLSchema,
	fragments: ReadonlyMap<string, FragmentDefinitionNode>,
	type: GraphQLObjectType,
	sets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
	const fields = new Map<string, FieldNode[]>();
	const visited = new Set<string>();
	const add = ({ selections }: SelectionSetNode): void => {
		for (const node of selections) {
			if (node.kind === Kind.FIELD) {
				const key = (node.alias ?? node.name).value;
				const known = fields.get(key);
				if (known === undefined) fields.set(key, [node]);
				else known.push(node);
				continue;
			}
			if (node.kind === Kind.FRAGMENT_SPREAD) {
				if (visited.has(node.name.value)) continue;
				visited.add(node.name.value);
			}
			const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
			if (fragment === undefined) continue;
			const condition = fragment.typeCondition && typeFromAST(schema, fragment.typeCondition);
			const applies =
				condition === undefined ||
				condition === type ||
				(isAbstractType(condition) && schema.isSubType(condition, type));
			if (applies) add(fragment.selectionSet);
		}
	};
	for (const set of sets) add(set);
	return fields;
}

function listDepth(type: Parameters<typeof getNullableType>[0]): number {
	const nullable = getNullableType(type);
	return isListType(nullable) ? 1 + listDepth(nullable.ofType) : 0;
}
