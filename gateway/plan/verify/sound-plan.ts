import type { QueryPlan } from "@graphql-hive/router-query-planner";
import { type DocumentNode, Kind, parse } from "graphql";
import type { TypeConditions } from "../../execute/type-conditions.ts";
import { isLabelOn, type Override } from "../override.ts";
import { unsoundPlan } from "../plan-error.ts";
import { type GraphTypes, graphTypesOf } from "./graph-types.ts";
import { TooManyTypes } from "./simulate.ts";
import { flawsOf } from "./verify-plan.ts";

/** Lets a plan of an operation pass that does what is asked, whatever the types and values. Throws a RequestError for others. */
export type SoundPlan = (plan: QueryPlan, text: string, override: Override) => QueryPlan;

/** Looks at plans before they are compiled: where the planner errs, nothing wrong is answered. */
export function soundPlans(supergraph: DocumentNode, satisfies: TypeConditions): SoundPlan {
	// One for each choice of labels, of which a supergraph has few.
	const byOverride = new Map<string, GraphTypes>();
	return (plan, text, override) => {
		let types = byOverride.get(override.key);
		if (types === undefined) {
			types = graphTypesOf(supergraph, satisfies, isLabelOn(override));
			byOverride.set(override.key, types);
		}
		const [operation] = parse(text, { noLocation: true }).definitions;
		if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("A text without an operation was planned");
		try {
			const flaws = flawsOf(plan, operation, types);
			if (flaws.length > 0) throw unsoundPlan(flaws);
		} catch (error) {
			// It would take longer than planning itself.
			if (!(error instanceof TooManyTypes)) throw error;
		}
		return plan;
	};
}
