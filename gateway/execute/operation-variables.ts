import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import { variableReader } from "../transport/compiled/variable-reader.ts";
import { exactLiteral } from "./exact-literal.ts";

/** The variables of an operation, in both forms. */
export interface OperationVariables {
	/** As the client sent them, with defaults filled in: what subgraphs get. */
	readonly raw: Readonly<Record<string, unknown>>;
	/** As graphql-js read them against the public schema: what conditions read. */
	readonly coerced: Readonly<Record<string, unknown>>;
}

export type ReadVariables = (given: Readonly<Record<string, unknown>>) => OperationVariables;

/** Each repeats the value that it is of. */
const mostErrors = 3;
const none: OperationVariables = { raw: {}, coerced: {} };

/**
 * Reads the variables of an operation against the public schema, before anything is asked. Throws a RequestError. What
 * subgraphs get stays as the client sent it: they alone know their scalars.
 */
export function variablesOf(
	schema: GraphQLSchema,
	{ variableDefinitions = [] }: OperationDefinitionNode,
): ReadVariables {
	if (variableDefinitions.length === 0) return () => none;
	const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
		defaultValue === undefined ? [] : [[variable.name.value, exactLiteral(defaultValue)] as const],
	);
	const readCoerced = variableReader(schema, variableDefinitions);
	/** Why they are refused. */
	const refused = (given: Readonly<Record<string, unknown>>): RequestError => {
		const { errors = [] } = getVariableValues(schema, variableDefinitions, given, { maxErrors: mostErrors });
		return new RequestError("BAD_USER_INPUT", errors);
	};
	const names = variableDefinitions.map(({ variable }) => variable.name.value);
	return (given) => {
		const coerced = readCoerced(given);
		if (coerced === null) throw refused(given);
		// Without a prototype: `$constructor` and `$__proto__` are names like others.
		const raw = Object.create(null) as Record<string, unknown>;
		for (const [name, value] of defaults) raw[name] = value;
		for (const name of names) if (Object.hasOwn(given, name)) raw[name] = given[name];
		return { raw, coerced };
	};
}
