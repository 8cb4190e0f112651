import type { QueryPlan } from "@graphql-hive/router-query-planner";

/** What is planned: a text of one operation, already validated, and the overrides that are on for it. */
export interface PlanQuestion {
	/** One operation and the fragments that it spreads. Never one that was not validated: some end the process. */
	readonly text: string;
	/** Custom labels of `@override` that are on. */
	readonly labels: readonly string[];
	/** Of 0 to 100: a field with `percent(n)` moves where this is below n. */
	readonly percentage: number;
}

/** The labels by which fields of a supergraph move from one subgraph to another. */
export interface OverrideLabels {
	readonly labels: readonly string[];
	/** The n of each `percent(n)`. */
	readonly percentages: readonly number[];
}

/** From the gateway to the planner's process. Each `load` and `plan` is answered, in order. */
export type PlannerRequest =
	| { readonly kind: "load"; readonly graph: string; readonly supergraphSdl: string }
	| { readonly kind: "plan"; readonly graph: string; readonly question: PlanQuestion }
	| { readonly kind: "forget"; readonly graph: string };

/** From the planner's process: once `ready` or `unusable`, then the answers. */
export type PlannerReply =
	| { readonly kind: "ready" }
	| { readonly kind: "unusable"; readonly message: string }
	| { readonly kind: "loaded"; readonly overrides: OverrideLabels }
	| { readonly kind: "planned"; readonly plan: QueryPlan }
	| { readonly kind: "refused"; readonly message: string };
