import type { QueryPlan } from "@graphql-hive/router-query-planner";

/**
 * The subgraph that answers the whole of an operation by itself: there is one plan, and one fetch is all of it. Null
 * where there is more to do.
 */
export function soleService(plans: readonly QueryPlan[]): string | null {
	const [plan, ...more] = plans;
	const node = plan?.node;
	if (node === undefined || more.length > 0) return null;
	const fetch = node.kind === "Subscription" ? node.primary : node.kind === "Fetch" ? node : null;
	if (fetch === null || (fetch.outputRewrites?.length ?? 0) > 0) return null;
	return fetch.serviceName;
}
