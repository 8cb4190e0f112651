import { buildSchema, type GraphQLSchema, parse, validate, validateSchema } from "graphql";
import { type Composed, CompositionError, compose } from "../../schema/compose.ts";
import { readSupergraph } from "../../schema/read-supergraph.ts";
import type { BrokenDocument, CompositionTask, KnownDocument } from "./composition-messages.ts";

const mostReasons = 3;

/** What the composing thread is for. Throws CompositionError. */
export function runCompositionTask(task: CompositionTask): unknown {
	switch (task.kind) {
		case "compose":
			return proven(compose(task.given));
		case "read":
			return proven(readSupergraph(task.given));
		case "validate":
			return brokenDocuments(buildSchema(task.given.publicSdl), task.given.documents);
	}
}

/** That clients' schema is valid is found out here: where it is built, it is not looked at again. */
function proven<T extends Composed>(composed: T): T {
	const reasons = reasonsAgainstSchema(composed.publicSdl);
	if (reasons.length > 0) throw new CompositionError(reasons.map((reason) => `[public schema] ${reason}`));
	return composed;
}

function reasonsAgainstSchema(publicSdl: string): readonly string[] {
	try {
		return validateSchema(buildSchema(publicSdl)).map(({ message }) => message);
	} catch (error) {
		return [error instanceof Error ? error.message : String(error)];
	}
}

/** The documents that do not fit the schema, with the first reasons of each. */
function brokenDocuments(schema: GraphQLSchema, documents: readonly KnownDocument[]): BrokenDocument[] {
	return documents.flatMap(({ id, text }) => {
		const reasons = reasonsAgainst(schema, text);
		return reasons.length === 0 ? [] : [{ id, reasons }];
	});
}

function reasonsAgainst(schema: GraphQLSchema, text: string): readonly string[] {
	try {
		return validate(schema, parse(text), undefined, { maxErrors: mostReasons })
			.slice(0, mostReasons)
			.map(({ message }) => message);
	} catch (error) {
		return [error instanceof Error ? error.message : String(error)];
	}
}
