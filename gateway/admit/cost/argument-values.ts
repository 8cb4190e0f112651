import { type FieldNode, type GraphQLField, Kind, type ValueNode, valueFromASTUntyped, visit } from "graphql";
import type { Variables } from "./amount.ts";

/** The value of an argument: now, or once the variables are there. Undefined: it is not given. */
export type ArgumentValue = { readonly known: unknown } | ((variables: Variables) => unknown);

/** The values of a field's arguments by name, its defaults filled in. */
export type ArgumentValues = ReadonlyMap<string, ArgumentValue>;

export function argumentValues(node: FieldNode, field: GraphQLField<unknown, unknown>): ArgumentValues {
	const given = new Map(node.arguments?.map(({ name, value }) => [name.value, value]));
	return new Map(
		field.args.map(({ name, defaultValue }) => {
			const value = given.get(name);
			return [name, value === undefined ? { known: defaultValue } : valueOf(value, defaultValue)];
		}),
	);
}

/** A variable that is not given leaves the argument's default. */
function valueOf(node: ValueNode, defaultValue: unknown): ArgumentValue {
	if (!hasVariables(node)) return { known: valueFromASTUntyped(node) };
	return (variables) =>
		valueFromASTUntyped(node, variables) ?? (node.kind === Kind.VARIABLE ? defaultValue : undefined);
}

function hasVariables(node: ValueNode): boolean {
	let found = false;
	visit(node, {
		Variable() {
			found = true;
		},
	});
	return found;
}
