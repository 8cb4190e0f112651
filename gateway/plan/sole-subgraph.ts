import {
	BREAK,
	buildASTSchema,
	type DirectiveNode,
	type DocumentNode,
	type GraphQLSchema,
	Kind,
	parse,
	validate,
	visit,
} from "graphql";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import type { SubgraphSource } from "../../schema/compose.ts";

/** The subgraph that answers the whole of a document by itself; null when it takes several. */
export type SoleSubgraph = (document: DocumentNode) => SubgraphExecutor | null;

/** With these a field that a subgraph declares may yet be answered by another one. */
const sharingDirectives = new Set(["external", "override", "requires", "provides", "interfaceObject"]);

/**
 * Finds operations that need not be merged: a document that validates against the schema of one subgraph alone can be
 * executed there as it stands. It has been admitted against the public schema before. Decided once per document.
 */
export function soleSubgraphOf(
	sources: readonly SubgraphSource[],
	subgraphs: readonly SubgraphExecutor[],
): SoleSubgraph {
	const candidates = sources.flatMap(({ name, sdl }) => {
		const subgraph = subgraphs.find((candidate) => candidate.name === name);
		const schema = ownSchema(parse(sdl));
		return subgraph === undefined || schema === null ? [] : [{ subgraph, schema }];
	});
	const decided = new WeakMap<DocumentNode, SubgraphExecutor | null>();
	return (document) => {
		const known = decided.get(document);
		if (known !== undefined) return known;
		const sole = introspects(document) ? undefined : candidates.find(({ schema }) => isValid(schema, document));
		decided.set(document, sole?.subgraph ?? null);
		return sole?.subgraph ?? null;
	};
}

/** What the subgraph answers by itself; null where that cannot be told from its types alone. */
function ownSchema(sdl: DocumentNode): GraphQLSchema | null {
	let shares = false;
	visit(sdl, {
		Directive(node: DirectiveNode) {
			if (!sharingDirectives.has(node.name.value)) return undefined;
			shares = true;
			return BREAK;
		},
	});
	return shares ? null : buildASTSchema(sdl, { assumeValidSDL: true });
}

/** Validation passes over the fields of a root that the schema lacks. */
const isValid = (schema: GraphQLSchema, document: DocumentNode): boolean =>
	document.definitions.every(
		(node) => node.kind !== Kind.OPERATION_DEFINITION || schema.getRootType(node.operation) != null,
	) && validate(schema, document, undefined, { maxErrors: 1 }).length === 0;

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
