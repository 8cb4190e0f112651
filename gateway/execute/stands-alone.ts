import {
	BREAK,
	buildASTSchema,
	type DocumentNode,
	type GraphQLSchema,
	Kind,
	type OperationDefinitionNode,
	parse,
	validate,
	visit,
} from "graphql";

/** May a document be executed by a subgraph as it stands? */
export type StandsAlone = (document: DocumentNode, operation: OperationDefinitionNode) => boolean;

/**
 * For a subgraph that is planned to answer all of an operation: can it read the client's own document? Not where it has
 * parts that clients must not see, or where only the gateway knows the answer.
 */
export function standsAloneIn(sdl: string, publicSchema: GraphQLSchema): StandsAlone {
	let known: GraphQLSchema | null | undefined;
	const ownSchema = (): GraphQLSchema | null => {
		if (known === undefined) {
			const document = parse(sdl, { noLocation: true });
			// A subgraph needs no query of its own.
			known = hidesAny(document) ? null : buildASTSchema(document, { assumeValid: true });
		}
		return known;
	};
	return (document, { operation }) => {
		const schema = ownSchema();
		if (schema === null || introspects(document)) return false;
		// Validation passes over the fields of a root that the schema lacks; its name may be asked for.
		if (schema.getRootType(operation)?.name !== publicSchema.getRootType(operation)?.name) return false;
		return validate(schema, document, undefined, { maxErrors: 1 }).length === 0;
	};
}

function hidesAny(sdl: DocumentNode): boolean {
	let found = false;
	visit(sdl, {
		[Kind.DIRECTIVE]({ name }) {
			if (name.value !== "inaccessible") return undefined;
			found = true;
			return BREAK;
		},
	});
	return found;
}

/** Only the gateway knows the whole of the schema. */
function introspects(document: DocumentNode): boolean {
	let found = false;
	visit(document, {
		[Kind.FIELD]({ name }) {
			if (name.value !== "__schema" && name.value !== "__type") return undefined;
			found = true;
			return BREAK;
		},
	});
	return found;
}
