import { BREAK, type DocumentNode, GraphQLError, Kind, OperationTypeNode, visit } from "graphql";
import { RequestError } from "./request-error.ts";

const incremental = new Set(["defer", "stream"]);

/**
 * Refuses what is GraphQL, or nearly, and deliberately not served here: definitions of types, incremental delivery,
 * conditions on the root of a subscription, which would leave it without its one field, and numbers that nothing holds.
 */
export function refuseUnserved(document: DocumentNode): void {
	for (const definition of document.definitions) {
		if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) {
			throw refusal(new GraphQLError("A document holds operations and fragments only.", { nodes: definition }));
		}
		if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.SUBSCRIPTION)
			continue;
		for (const { directives = [] } of definition.selectionSet.selections) {
			const condition = directives.find(({ name }) => name.value === "skip" || name.value === "include");
			if (condition === undefined) continue;
			const message = `The root of a subscription cannot have \`@${condition.name.value}\`: it must select one field.`;
			throw refusal(new GraphQLError(message, { nodes: condition }));
		}
	}
	visit(document, {
		FloatValue(node) {
			if (Number.isFinite(Number(node.value))) return undefined;
			throw refusal(
				new GraphQLError(`${node.value.slice(0, 50)} is out of the range of 64-bit floats.`, {
					nodes: node,
					extensions: { hint: 'A feature may be "Infinity" or "-Infinity", as a string.' },
				}),
			);
		},
		Directive(node) {
			if (!incremental.has(node.name.value)) return undefined;
			throw refusal(
				new GraphQLError(`\`@${node.name.value}\` is not served here: a result is answered as a whole.`, {
					nodes: node,
					extensions: { hint: "Leave it out; ask for what takes long in a request of its own." },
				}),
			);
		},
	});
}

const refusal = (error: GraphQLError): RequestError => new RequestError("GRAPHQL_VALIDATION_FAILED", [error]);

const introspecting = new WeakMap<DocumentNode, boolean>();

/** Does a document ask for the schema? `__typename` is no such question. Looked at once per document. */
export function introspects(document: DocumentNode): boolean {
	const known = introspecting.get(document);
	if (known !== undefined) return known;
	let found = false;
	visit(document, {
		Field({ name }) {
			if (name.value !== "__schema" && name.value !== "__type") return undefined;
			found = true;
			return BREAK;
		},
	});
	introspecting.set(document, found);
	return found;
}
