import { isTypeDefinitionNode, isTypeExtensionNode, parse } from "graphql";
import { subgraphNames, subgraphSdl } from "./subgraph-sdl.ts";

/** The types that the graph has whatever the registry holds: an entity may not make another one of the name. */
export function reservedTypeNames(): ReadonlySet<string> {
	const names = new Set(["Query", "Mutation", "Subscription", "ID", "String", "Int", "Float", "Boolean"]);
	for (const subgraph of subgraphNames) {
		for (const node of parse(subgraphSdl(subgraph)).definitions) {
			if (isTypeDefinitionNode(node) || isTypeExtensionNode(node)) names.add(node.name.value);
		}
	}
	return names;
}
