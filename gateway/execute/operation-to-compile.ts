import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { DocumentNode, OperationDefinitionNode } from "graphql";
import type { WithheldFields } from "../authorize/withheld-fields.ts";
import type { ExecutableGraph } from "./executable-graph.ts";

/** What an operation is compiled from. */
export interface OperationToCompile {
	readonly graph: ExecutableGraph;
	readonly document: DocumentNode;
	readonly operation: OperationDefinitionNode;
	/** What of it is planned: without fragments and conditions, and without what is withheld. */
	readonly asked: OperationDefinitionNode;
	/** The variables by which it includes and skips, at least: it is compiled for these. */
	readonly conditions: Readonly<Record<string, unknown>>;
	/** Why the principal may not read some of its fields. */
	readonly withheld: WithheldFields["reasons"];
	/** Plans the text of one operation. */
	readonly plan: (text: string) => QueryPlan | Promise<QueryPlan>;
	readonly limits: { readonly responseErrors: number };
}
