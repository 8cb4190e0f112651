import {
	type GraphQLInputType,
	type GraphQLSchema,
	getVariableValues,
	isInputObjectType,
	isInputType,
	isListType,
	isNonNullType,
	typeFromAST,
	type VariableDefinitionNode,
} from "graphql";

/** Variables as graphql-js coerces them; null: it refuses them. */
export type VariableReader = (given: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>> | null;

/** Reads a value that is not null; `unread`: graphql-js must, and may refuse it. */
type ReadValue = (value: unknown) => unknown;

const unread = Symbol("unread");
const none = Object.freeze({});

/**
 * Reads the variables of an operation: leaves and lists of leaves by a function of their type, since the
 * representations of entities are such a list, of any length; all others by graphql-js itself.
 */
export function variableReader(schema: GraphQLSchema, definitions: readonly VariableDefinitionNode[]): VariableReader {
	if (definitions.length === 0) return () => none;
	const slow: VariableReader = (given) =>
		getVariableValues(schema, definitions, given, { maxErrors: 1 }).coerced ?? null;
	const reads = new Map<string, ReadValue>();
	for (const { variable, type: node, defaultValue } of definitions) {
		const type = typeFromAST(schema, node);
		const read = isInputType(type) && defaultValue === undefined ? readerOf(type) : null;
		if (read === null) return slow;
		reads.set(variable.name.value, read);
	}
	return (given) => {
		const coerced: Record<string, unknown> = {};
		for (const [name, read] of reads) {
			const value = Object.hasOwn(given, name) ? read(given[name]) : unread;
			if (value === unread) return slow(given);
			coerced[name] = value;
		}
		return coerced;
	};
}

function readerOf(type: GraphQLInputType): ReadValue | null {
	if (isInputObjectType(type)) return null;
	if (isNonNullType(type)) {
		const read = readerOf(type.ofType);
		return read && ((value) => (value === null || value === undefined ? unread : read(value)));
	}
	if (isListType(type)) {
		const read = readerOf(type.ofType);
		return read && ((value) => (value === null || value === undefined ? null : readItems(value, read)));
	}
	return (value) => {
		if (value === null || value === undefined) return null;
		try {
			const parsed: unknown = type.parseValue(value);
			return parsed === undefined ? unread : parsed;
		} catch {
			return unread;
		}
	};
}

function readItems(value: unknown, read: ReadValue): unknown {
	if (!Array.isArray(value)) return unread;
	const items: unknown[] = [];
	for (const item of value) {
		const parsed = read(item);
		if (parsed === unread) return unread;
		items.push(parsed);
	}
	return items;
}
