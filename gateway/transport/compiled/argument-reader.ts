import {
	type FieldNode,
	type GraphQLField,
	type GraphQLResolveInfo,
	getArgumentValues,
	getNamedType,
	isNonNullType,
	isSpecifiedScalarType,
	Kind,
	type ValueNode,
} from "graphql";

type Arguments = Readonly<Record<string, unknown>>;
type Read = (node: FieldNode, variables: Arguments) => Arguments;

const simple: ReadonlySet<ValueNode["kind"]> = new Set([Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.NULL]);

/**
 * The arguments of a field as graphql-js reads them. Those that stand in the document, and are nothing that a resolver
 * could write into, are read once for each place; variables are handed on, since they were coerced before.
 */
export function argumentReader(field: GraphQLField<unknown, unknown>): (info: GraphQLResolveInfo) => Arguments {
	if (field.args.length === 0) return () => ({});
	const known = new WeakMap<FieldNode, Read>();
	return ({ fieldNodes: [node], variableValues }) => {
		if (node === undefined) return {};
		let read = known.get(node);
		if (read === undefined) {
			read = constantReader(field, node) ?? variableReader(field, node) ?? readerOf(field);
			known.set(node, read);
		}
		return read(node, variableValues);
	};
}

const readerOf =
	(field: GraphQLField<unknown, unknown>): Read =>
	(node, variables) =>
		getArgumentValues(field, node, variables);

/** Null: they are not constant, or a resolver could write into them. */
function constantReader(field: GraphQLField<unknown, unknown>, node: FieldNode): Read | null {
	const isSimple =
		field.args.every(
			({ type, defaultValue }) => isSpecifiedScalarType(getNamedType(type)) && typeof defaultValue !== "object",
		) && node.arguments?.every(({ value }) => simple.has(value.kind)) === true;
	if (!isSimple) return null;
	let args: Arguments | undefined;
	return (_, variables) => {
		args ??= getArgumentValues(field, node, variables);
		return { ...args };
	};
}

/** Null: some arguments are no variables, or have a default of their own. */
function variableReader(field: GraphQLField<unknown, unknown>, node: FieldNode): Read | null {
	const passed: { readonly name: string; readonly variable: string; readonly nonNull: boolean }[] = [];
	for (const { name, type, defaultValue } of field.args) {
		const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
		if (defaultValue !== undefined || value?.kind !== Kind.VARIABLE) return null;
		passed.push({ name, variable: value.name.value, nonNull: isNonNullType(type) });
	}
	const slow = readerOf(field);
	return (_, variables) => {
		const args: Record<string, unknown> = {};
		for (const { name, variable, nonNull } of passed) {
			const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
			// Absent, or a null that graphql-js refuses.
			if (value === undefined || (value === null && nonNull)) return slow(node, variables);
			args[name] = value;
		}
		return args;
	};
}
