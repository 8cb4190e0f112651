import {
	type FieldNode,
	type GraphQLField,
	type GraphQLResolveInfo,
	getArgumentValues,
	getNamedType,
	isSpecifiedScalarType,
	Kind,
	type ValueNode,
} from "graphql";

type Arguments = Readonly<Record<string, unknown>>;

const simple: ReadonlySet<ValueNode["kind"]> = new Set([Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.NULL]);

/**
 * The arguments of a field as graphql-js reads them. Those that stand in the document, and are nothing that a resolver
 * could write into, are read once for each place.
 */
export function argumentReader(field: GraphQLField<unknown, unknown>): (info: GraphQLResolveInfo) => Arguments {
	if (field.args.length === 0) return () => ({});
	const isSimple = field.args.every(
		({ type, defaultValue }) => isSpecifiedScalarType(getNamedType(type)) && typeof defaultValue !== "object",
	);
	const known = new WeakMap<FieldNode, Arguments>();
	return ({ fieldNodes: [node], variableValues }) => {
		if (node === undefined) return {};
		const constant = known.get(node);
		if (constant !== undefined) return { ...constant };
		const args = getArgumentValues(field, node, variableValues);
		if (isSimple && node.arguments?.every(({ value }) => simple.has(value.kind)) === true) known.set(node, { ...args });
		return args;
	};
}
