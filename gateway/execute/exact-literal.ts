import { Kind, type ValueNode } from "graphql";

/**
 * The value of a literal of any scalar, on its way to the subgraph that knows the scalar. An integer that
 * JavaScript's numbers cannot hold becomes a decimal string, which every 64-bit scalar takes.
 */
export function exactLiteral(node: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
	switch (node.kind) {
		case Kind.NULL:
			return null;
		case Kind.INT: {
			const value = Number(node.value);
			return Number.isSafeInteger(value) ? value : node.value;
		}
		case Kind.FLOAT:
			return Number(node.value);
		case Kind.STRING:
		case Kind.BOOLEAN:
		case Kind.ENUM:
			return node.value;
		case Kind.LIST:
			return node.values.map((item) => exactLiteral(item, variables));
		case Kind.OBJECT:
			return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, exactLiteral(value, variables)]));
		case Kind.VARIABLE:
			return variables?.[node.name.value];
	}
}
