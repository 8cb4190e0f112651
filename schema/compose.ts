import { composeServices } from "@theguild/federation-composition";
import { type DocumentNode, GraphQLError, parse, print } from "graphql";
import { contextArguments } from "./context-arguments.ts";
import { withExternalFields } from "./external-fields.ts";
import { publicSdlOf } from "./public-schema.ts";

export interface SubgraphSource {
	readonly name: string;
	readonly sdl: string;
}

export interface Composed {
	/** With the joins: what an executor plans against. */
	readonly supergraphSdl: string;
	/** What clients see. */
	readonly publicSdl: string;
}

/** Why subgraphs do not fit together; each message names the subgraphs that it speaks of. */
export class CompositionError extends Error {
	override readonly name = "CompositionError";
	readonly reasons: readonly string[];

	constructor(reasons: readonly string[]) {
		super(`The graph does not compose:\n${reasons.map((reason) => `- ${reason}`).join("\n")}`);
		this.reasons = reasons;
	}
}

/** Composes subgraphs into one supergraph (Federation 2). Throws CompositionError. */
export function compose(subgraphs: readonly SubgraphSource[]): Composed {
	const parsed = subgraphs.map(({ name, sdl }) => ({
		name,
		url: `inprocess://${name}`,
		typeDefs: parseSdl(name, sdl),
	}));
	const result = composeServices(parsed);
	if (result.errors !== undefined) throw new CompositionError(result.errors.map((error) => error.message));
	const composed = result.supergraphDocumentNode;
	const notServed = contextArguments(composed);
	if (notServed.length > 0) throw new CompositionError(notServed);
	const supergraph = withExternalFields(composed, parsed);
	return {
		supergraphSdl: supergraph === composed ? result.supergraphSdl : print(supergraph),
		publicSdl: publicSdlOf(supergraph),
	};
}

/** Throws CompositionError, with the name before the reason. */
export function parseSdl(name: string, sdl: string): DocumentNode {
	try {
		return parse(sdl, { noLocation: true });
	} catch (error) {
		if (!(error instanceof GraphQLError)) throw error;
		const place = error.locations?.[0];
		const where = place === undefined ? "" : ` (line ${place.line}, column ${place.column})`;
		throw new CompositionError([`[${name}] ${error.message}${where}`]);
	}
}
