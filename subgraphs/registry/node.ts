import { decodeNodeId } from "../../core/registry/node-id.ts";
import type { NodeResolvers } from "../../schema/generated/registry.ts";

/** Objects of the registry know their kind; those of other subgraphs come as references by id, a project as its snapshot. */
export const nodeType: NodeResolvers = {
	__resolveType: (node) => {
		if ("kind" in node) return node.kind;
		if ("projectId" in node) return "Project";
		const kind = decodeNodeId(node.id ?? "")?.kind;
		if (kind === undefined || kind === "Owner") throw new Error("A node without a kind.");
		return kind;
	},
};
