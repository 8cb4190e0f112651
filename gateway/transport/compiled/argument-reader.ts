import {
	type FieldNode,
	type GraphQLField,
	type GraphQLResolveInfo,
	getArgumentValues,
	isNonNullType,
	Kind,
	type ValueNode,
	valueFromAST,
} from "graphql";

type Arguments = Readonly<Record<string, unknown>>;
type Read = (node: FieldNode, variables: Arguments) => Arguments;

/**
 * The arguments of a field as graphql-js reads them. What stands in the document is read once for each place, and handed out as
 * graphql-js does, anew each time; variables are handed on, since they were coerced before.
 */
export function argumentReader(field: GraphQLField<unknown, unknown>): (info: GraphQLResolveInfo) => Arguments {
	if (field.args.length === 0) return () => ({});
	const known = new WeakMap<FieldNode, Read>();
	return ({ fieldNodes: [node], variableValues }) => {
		if (node === undefined) return {};
		let read = known.get(node);
		if (read === undefined) {
			read = plannedReader(field, node);
			known.set(node, read);
		}
		return read(node, variableValues);
	};
}

/** In the order of the field's arguments, as graphql-js gives them. */
type ReadArgument = { readonly name: string } & (
	| { readonly copy: () => unknown; readonly variable: null }
	| { readonly variable: string; readonly nonNull: boolean }
);

/** By graphql-js itself, where it would refuse something, or where we cannot tell what it would do. */
function plannedReader(field: GraphQLField<unknown, unknown>, node: FieldNode): Read {
	const slow: Read = (node, variables) => getArgumentValues(field, node, variables);
	const reads: ReadArgument[] = [];
	for (const { name, type, defaultValue } of field.args) {
		const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
		const nonNull = isNonNullType(type);
		if (given === undefined) {
			if (defaultValue !== undefined) reads.push({ name, variable: null, copy: () => defaultValue });
			else if (nonNull) return slow;
		} else if (given.kind === Kind.VARIABLE) {
			if (defaultValue !== undefined) return slow;
			reads.push({ name, variable: given.name.value, nonNull });
		} else {
			const copy = holdsVariables(given) ? null : copierOf(valueFromAST(given, type));
			if (copy === null) return slow;
			reads.push({ name, variable: null, copy });
		}
	}
	return (node, variables) => {
		const args: Record<string, unknown> = {};
		for (const read of reads) {
			if (read.variable === null) {
				args[read.name] = read.copy();
				continue;
			}
			const value = Object.hasOwn(variables, read.variable) ? variables[read.variable] : undefined;
			// Absent, or a null that graphql-js refuses.
			if (value === undefined || (value === null && read.nonNull)) return slow(node, variables);
			args[read.name] = value;
		}
		return args;
	};
}

function holdsVariables(value: ValueNode): boolean {
	if (value.kind === Kind.LIST) return value.values.some(holdsVariables);
	if (value.kind === Kind.OBJECT) return value.fields.some((field) => holdsVariables(field.value));
	return value.kind === Kind.VARIABLE;
}

/** Null: it was refused, or is nothing that can be copied. */
function copierOf(value: unknown): (() => unknown) | null {
	if (value === undefined) return null;
	if (typeof value !== "object" || value === null) return () => value;
	if (Array.isArray(value)) {
		const copies = value.map(copierOf);
		return copies.every((copy) => copy !== null) ? () => copies.map((copy) => copy()) : null;
	}
	// What graphql-js makes of an input object; others are a scalar's own.
	if (Object.getPrototypeOf(value) !== null) return null;
	const fields = Object.entries(value).map(([name, own]) => ({ name, copy: copierOf(own) }));
	if (!fields.every((field): field is CopiedField => field.copy !== null)) return null;
	return () => {
		const copied = Object.create(null) as Record<string, unknown>;
		for (const { name, copy } of fields) copied[name] = copy();
		return copied;
	};
}

interface CopiedField {
	readonly name: string;
	readonly copy: () => unknown;
}
