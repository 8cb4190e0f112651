import { type DirectiveNode, type DocumentNode, Kind } from "graphql";
import { type Composed, CompositionError, parseSdl } from "./compose.ts";
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
	const subgraphs = subgraphPlaces(document);
	if (subgraphs.length === 0) {
		throw new CompositionError(["[supergraph] names no subgraph: a supergraph of Federation 2 has `enum join__Graph`"]);
	}
	return { supergraphSdl, publicSdl: publicSdlOf(document), subgraphs };
}

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
