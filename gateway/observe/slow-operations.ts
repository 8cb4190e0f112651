import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { Logger } from "../../core/ports/logger.ts";
import { type PlanTree, planTree } from "../explain/plan-tree.ts";
import type { FetchRecord } from "./fetch-record.ts";

export interface EndedOperation {
	readonly requestId: string;
	readonly operation: string | null;
	readonly kind: string;
	readonly millis: number;
	readonly plans: readonly QueryPlan[];
	readonly fetches: readonly FetchRecord[];
}

/** Logs what took longer than `limitMillis`, with its plan. No text of operations: literals in it are a client's values. */
export function logSlow(logger: Logger, limitMillis: number): (ended: EndedOperation) => void {
	return ({ requestId, operation, kind, millis, plans, fetches }) => {
		if (millis < limitMillis) return;
		logger.warn(
			{
				requestId,
				operation,
				kind,
				millis: Math.round(millis),
				plan: outline(planTree(plans)),
				fetches: fetches.slice(0, mostLoggedFetches).map(({ subgraph, representations, startMillis, ...fetch }) => ({
					subgraph: subgraph.name,
					startMillis: Math.round(startMillis),
					millis: Math.round(fetch.millis),
					representations,
					...(fetch.result === null ? { unanswered: true } : {}),
				})),
			},
			"A slow operation",
		);
	};
}

const mostLoggedFetches = 50;

/** `serving > (registry products.@ | monitoring)`: one after the other, and side by side. */
function outline(tree: PlanTree | null): string {
	if (tree === null) return "";
	if (tree.node === "fetch") return tree.path === undefined ? tree.service : `${tree.service} ${tree.path}`;
	return `(${tree.steps.map(outline).join(tree.node === "sequence" ? " > " : " | ")})`;
}
