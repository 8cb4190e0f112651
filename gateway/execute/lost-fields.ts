import type { QueryPlan } from "@graphql-hive/router-query-planner";
import { tooComplexToPlan } from "../plan/plan-error.ts";

const ownAlias = /\b_internal_qp_alias_\d+(?=:)/g;

/**
 * Refuses a plan that fetches a field under a name of the planner's own and then does not read it: below the second level,
 * the planner forgets it where two fields require one by different arguments. A subgraph would compute from the wrong value.
 */
export function refuseLostFields(plan: QueryPlan): void {
	const text = JSON.stringify(plan);
	for (const [alias] of text.matchAll(ownAlias)) {
		if (!text.includes(`"${alias}"`)) {
			throw tooComplexToPlan("asks at once for fields that require another by different arguments");
		}
	}
}
