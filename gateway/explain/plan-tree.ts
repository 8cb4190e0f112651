import type { FlattenNodePathSegment, PlanNode, QueryPlan } from "@graphql-hive/router-query-planner";

/** A plan as a person reads it. */
export type PlanTree = PlanGroup | PlanFetch;

export interface PlanGroup {
	readonly node: "sequence" | "parallel";
	readonly steps: readonly PlanTree[];
}

export interface PlanFetch {
	readonly node: "fetch";
	readonly service: string;
	readonly kind: string;
	/** Where in the response its entities are, `products.@.reviews`; absent where it begins at a root. */
	readonly path?: string;
	readonly operation: string;
}

/** The plans of one operation: those of the fields of a mutation follow one another. */
export function planTree(plans: readonly QueryPlan[]): PlanTree | null {
	return grouped(
		"sequence",
		plans.flatMap(({ node }) => (node === undefined ? [] : treesOf(node, []))),
	);
}

function treesOf(node: PlanNode, path: readonly FlattenNodePathSegment[]): PlanTree[] {
	switch (node.kind) {
		case "Sequence":
		case "Parallel": {
			const steps = node.nodes.flatMap((child) => treesOf(child, path));
			const group = grouped(node.kind === "Sequence" ? "sequence" : "parallel", steps);
			return group === null ? [] : [group];
		}
		case "Flatten":
			return treesOf(node.node, node.path);
		case "Condition":
			return [node.ifClause, node.elseClause].flatMap((clause) => (clause == null ? [] : treesOf(clause, path)));
		case "Subscription":
			return treesOf(node.primary, path);
		case "Fetch":
			return [fetchOf(node, path.length === 0 ? [] : [path])];
		case "BatchFetch":
			return [
				fetchOf(
					node,
					node.entityBatch.aliases.flatMap(({ paths }) => paths),
				),
			];
		case "Defer":
			return [];
	}
}

function grouped(node: PlanGroup["node"], steps: readonly PlanTree[]): PlanTree | null {
	const [only] = steps;
	if (only === undefined) return null;
	return steps.length === 1 ? only : { node, steps };
}

function fetchOf(
	{ serviceName, operationKind, operation }: Extract<PlanNode, { kind: "Fetch" | "BatchFetch" }>,
	paths: readonly (readonly FlattenNodePathSegment[])[],
): PlanFetch {
	const path = [...new Set(paths.map(pathText))].join(", ");
	return {
		node: "fetch",
		service: serviceName,
		kind: operationKind ?? "query",
		...(path === "" ? {} : { path }),
		operation,
	};
}

function pathText(path: readonly FlattenNodePathSegment[]): string {
	const parts: string[] = [];
	for (const segment of path) {
		if (segment === "@") parts.push("@");
		else if ("Field" in segment) parts.push(segment.Field);
		else parts.push(`|${segment.TypeCondition.join("|")}`);
	}
	return parts.join(".").replaceAll(".|", "|");
}
