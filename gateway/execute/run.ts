import type { OperationContext } from "../../core/ports/subgraph.ts";
import type { Data } from "./data.ts";
import type { Execution } from "./execution.ts";
import type { FieldError } from "./field-failure.ts";
import type { OperationVariables } from "./operation-variables.ts";

/** One run of a plan: of a query, of one field of a mutation, of one event of a subscription. */
export interface Run {
	/** What has been merged so far. */
	readonly data: Data;
	readonly variables: OperationVariables;
	readonly context: OperationContext;
	/** Errors that no missing value shows. */
	readonly strayErrors: FieldError[];
	readonly execution: Execution;
}

/** A compiled node of the plan. Never rejects: what fails stands in the data. Without a promise it is done at once. */
export type Step = (run: Run) => Promise<void> | undefined;
