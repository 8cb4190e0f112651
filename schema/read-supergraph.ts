import { type DirectiveNode, type DocumentNode, Kind } from "graphql";
import { type Composed, CompositionError, parseSdl } from "./compose.ts";
import { contextArguments } from "./context-arguments.ts";
import { publicSdlOf } from "./public-schema.ts";

/** Where a supergraph says that one of its subgraphs is. */
export interface SubgraphPlace {
	readonly name: string;
	readonly url: string;
}

export interface ReadSupergraph extends Composed {
	readonly subgraphs: readonly SubgraphPlace[];
}

/** A supergraph of Federation 2 that was composed elsewhere. Throws CompositionError. */
export function readSupergraph(supergraphSdl: string): ReadSupergraph {
	const document = parseSdl("supergraph", supergraphSdl);
	if (isOfFederation1(document)) {
		throw new CompositionError(["[supergraph] was composed by Federation 1: compose its subgraphs with Federation 2"]);
	}
	const subgraphs = subgraphPlaces(document);
	if (subgraphs.length === 0) {
		throw new CompositionError(["[supergraph] names no subgraph: a supergraph of Federation 2 has `enum join__Graph`"]);
	}
	const notServed = contextArguments(document);
	if (notServed.length > 0) throw new CompositionError(notServed.map((reason) => `[supergraph] ${reason}`));
	return { supergraphSdl, publicSdl: publicSdlOf(document), subgraphs };
}

/** There each type has an owner, and what else a subgraph knows of it is not said: it cannot be planned on. */
const isOfFederation1 = ({ definitions }: DocumentNode): boolean =>
	definitions.some(
		(definition) => definition.kind === Kind.DIRECTIVE_DEFINITION && definition.name.value === "join__owner",
	);

function subgraphPlaces({ definitions }: DocumentNode): SubgraphPlace[] {
	return definitions.flatMap((definition) => {
		if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== "join__Graph") return [];
		return (definition.values ?? []).flatMap(({ directives = [] }) =>
			directives
				.filter(({ name }) => name.value === "join__graph")
				.map((place) => ({ name: argumentOf(place, "name"), url: argumentOf(place, "url") })),
		);
	});
}

function argumentOf(directive: DirectiveNode, name: string): string {
	const value = directive.arguments?.find((argument) => argument.name.value === name)?.value;
	return value?.kind === Kind.STRING ? value.value : "";
}
