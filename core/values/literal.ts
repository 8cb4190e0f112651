import { Kind, type ValueNode } from "graphql";

/**
 * The JSON that a literal in a GraphQL document stands for. Integers that a number would round come as bigints;
 * everything else is as JSON gives it. A variable that was not given is left out of an object, and null elsewhere.
 */
export function literalToJson(node: ValueNode, variables?: Readonly<Record<string, unknown>> | null): unknown {
	switch (node.kind) {
		case Kind.NULL:
			return null;
		case Kind.INT: {
			const number = Number(node.value);
			return Number.isSafeInteger(number) ? number : BigInt(node.value);
		}
		case Kind.FLOAT:
			return Number(node.value);
		case Kind.STRING:
		case Kind.BOOLEAN:
		case Kind.ENUM:
			return node.value;
		case Kind.LIST:
			return node.values.map((element) => literalToJson(element, variables));
		case Kind.OBJECT: {
			// No prototype: a field may be called `__proto__`.
			const object = Object.create(null) as Record<string, unknown>;
			for (const field of node.fields) {
				if (field.value.kind === Kind.VARIABLE && variables?.[field.value.name.value] === undefined) continue;
				object[field.name.value] = literalToJson(field.value, variables);
			}
			return object;
		}
		case Kind.VARIABLE:
			return variables?.[node.name.value] ?? null;
	}
}
