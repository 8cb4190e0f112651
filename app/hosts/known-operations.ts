import {
	type GraphQLSchema,
	getOperationAST,
	NoSchemaIntrospectionCustomRule,
	parse,
	specifiedRules,
	validate,
} from "graphql";
import { LRUCache } from "lru-cache";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { SubgraphOperation } from "../../core/ports/subgraph.ts";
import type { HostedOperation } from "./schema-host.ts";

/** Those that are kept: a gateway asks the same few again and again. */
const keptOperations = 1000;
const keptChars = 10_000_000;

const rules = [...specifiedRules, NoSchemaIntrospectionCustomRule];

/**
 * The operations of one schema, parsed and validated when they come for the first time: one object each, which compiled
 * forms hang on. Throws GRAPHQL_PARSE_FAILED or GRAPHQL_VALIDATION_FAILED.
 */
export function knownOperations(schema: GraphQLSchema): (asked: HostedOperation) => SubgraphOperation {
	const known = new LRUCache<string, SubgraphOperation>({
		max: keptOperations,
		maxSize: keptChars,
		sizeCalculation: ({ text }) => text.length + 1,
	});
	return (asked) => {
		const key = `${asked.operationName ?? ""} ${asked.query}`;
		let operation = known.get(key);
		if (operation === undefined) {
			operation = read(schema, asked);
			known.set(key, operation);
		}
		return operation;
	};
}

function read(schema: GraphQLSchema, { query: text, operationName: name }: HostedOperation): SubgraphOperation {
	const document = parsed(text);
	const [error] = validate(schema, document, rules, { maxErrors: 1 });
	if (error !== undefined) throw new FeaturegraphError("GRAPHQL_VALIDATION_FAILED", error.message);
	const definition = getOperationAST(document, name);
	if (definition == null) {
		throw new FeaturegraphError("GRAPHQL_VALIDATION_FAILED", "The document has no operation of this name.");
	}
	return { kind: definition.operation, document, text, name };
}

function parsed(text: string) {
	try {
		return parse(text, { noLocation: true });
	} catch (error) {
		const message = error instanceof Error ? error.message : "The document cannot be parsed.";
		throw new FeaturegraphError("GRAPHQL_PARSE_FAILED", message, {}, { cause: error });
	}
}
