import {
	type GraphQLEnumType,
	type GraphQLInputObjectType,
	type GraphQLInputType,
	type GraphQLScalarType,
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

interface ReadVariable {
	readonly name: string;
	readonly read: ReadValue;
	/** Left out, it is not among the coerced. */
	readonly isOptional: boolean;
}

/** Reads the variables of an operation by functions of their types; by graphql-js itself where it would refuse them. */
export function variableReader(schema: GraphQLSchema, definitions: readonly VariableDefinitionNode[]): VariableReader {
	if (definitions.length === 0) return () => none;
	const slow: VariableReader = (given) =>
		getVariableValues(schema, definitions, given, { maxErrors: 1 }).coerced ?? null;
	const variables: ReadVariable[] = [];
	for (const { variable, type: node, defaultValue } of definitions) {
		const type = typeFromAST(schema, node);
		if (!isInputType(type)) return slow;
		const isOptional = defaultValue === undefined && !isNonNullType(type);
		variables.push({ name: variable.name.value, read: readerOf(type), isOptional });
	}
	return (given) => {
		const coerced: Record<string, unknown> = {};
		for (const { name, read, isOptional } of variables) {
			if (!Object.hasOwn(given, name)) {
				if (isOptional) continue;
				return slow(given);
			}
			const value = read(given[name]);
			if (value === unread) return slow(given);
			coerced[name] = value;
		}
		return coerced;
	};
}

/** Of input objects, which may hold themselves; made once, for all operations of their schema. */
const objectReaders = new WeakMap<GraphQLInputObjectType, ReadValue>();

function readerOf(type: GraphQLInputType): ReadValue {
	if (isNonNullType(type)) {
		const read = readerOf(type.ofType);
		return (value) => (value === null || value === undefined ? unread : read(value));
	}
	const read = isListType(type)
		? itemsReader(readerOf(type.ofType))
		: isInputObjectType(type)
			? objectReader(type)
			: leafReader(type);
	return (value) => (value === null || value === undefined ? null : read(value));
}

function leafReader(type: GraphQLScalarType | GraphQLEnumType): ReadValue {
	return (value) => {
		try {
			const parsed: unknown = type.parseValue(value);
			return parsed === undefined ? unread : parsed;
		} catch {
			return unread;
		}
	};
}

function itemsReader(read: ReadValue): ReadValue {
	return (value) => {
		if (!Array.isArray(value)) return unread;
		const items: unknown[] = [];
		for (const item of value) {
			const parsed = read(item);
			if (parsed === unread) return unread;
			items.push(parsed);
		}
		return items;
	};
}

interface ReadField {
	readonly name: string;
	readonly read: ReadValue;
	readonly defaultValue: unknown;
	readonly isRequired: boolean;
}

function objectReader(type: GraphQLInputObjectType): ReadValue {
	const known = objectReaders.get(type);
	if (known !== undefined) return known;
	// When a value comes: from one input a schema may lead to all of its inputs.
	let fields: ReadonlyMap<string, ReadField> | null = null;
	const read: ReadValue = (value) => {
		if (typeof value !== "object" || Array.isArray(value)) return unread;
		const object = value as Readonly<Record<string, unknown>>;
		fields ??= fieldsOf(type);
		for (const name of Object.keys(object)) if (!fields.has(name)) return unread;
		const coerced: Record<string, unknown> = {};
		for (const field of fields.values()) {
			const given = object[field.name];
			if (given === undefined) {
				if (field.defaultValue !== undefined) coerced[field.name] = field.defaultValue;
				else if (field.isRequired) return unread;
				continue;
			}
			const parsed = field.read(given);
			if (parsed === unread) return unread;
			coerced[field.name] = parsed;
		}
		return type.isOneOf && !isOne(coerced) ? unread : coerced;
	};
	objectReaders.set(type, read);
	return read;
}

const fieldsOf = (type: GraphQLInputObjectType): ReadonlyMap<string, ReadField> =>
	new Map(
		Object.values(type.getFields()).map(({ name, type: fieldType, defaultValue }) => [
			name,
			{ name, read: readerOf(fieldType), defaultValue, isRequired: isNonNullType(fieldType) },
		]),
	);

function isOne(coerced: Readonly<Record<string, unknown>>): boolean {
	const [only, ...more] = Object.values(coerced);
	return only !== undefined && only !== null && more.length === 0;
}
