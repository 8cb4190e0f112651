import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { FetchRecord } from "../observe/fetch-record.ts";
import { type PlanTree, planTree } from "./plan-tree.ts";

/** What `extensions.explain` has. */
export interface Explanation {
	readonly mode: "plan" | "execute";
	/** Of the whole execution. */
	readonly millis?: number;
	/** Null: the gateway answers by itself. */
	readonly plan: ExplainedTree | null;
	/** Where it was asked for. */
	readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

export type ExplainedTree = ExplainedGroup | ExplainedFetch;

interface ExplainedGroup {
	readonly node: "sequence" | "parallel";
	readonly steps: readonly ExplainedTree[];
}

export interface ExplainedFetch {
	readonly node: "fetch";
	readonly service: string;
	readonly kind: string;
	readonly path?: string;
	readonly operation: string;
	/** How it went; absent where it was not executed: nothing was there to ask for. */
	readonly fetched?: Fetched;
}

export interface Fetched {
	/** How often: once for each place, or each event. */
	readonly times: number;
	readonly startMillis: number;
	readonly millis: number;
	/** Entities that were asked for. */
	readonly representations: number;
	/** Of the answer, as JSON. */
	readonly bytes: number;
	readonly errors: number;
	/** Of `times`, those that had no answer. */
	readonly unanswered: number;
}

export function explainPlan(plans: readonly QueryPlan[], variables: Explanation["variables"]): Explanation {
	return { mode: "plan", plan: planTree(plans), ...(variables === undefined ? {} : { variables }) };
}

/** Says of each fetch of the plan how it went. */
export function explainExecution(
	plans: readonly QueryPlan[],
	records: readonly FetchRecord[],
	millis: number,
	variables: Explanation["variables"],
): Explanation {
	const tree = planTree(plans);
	const explained = tree === null ? null : withRecords(tree, records, tree.node === "fetch");
	return {
		mode: "execute",
		millis: rounded(millis),
		plan: explained,
		...(variables === undefined ? {} : { variables }),
	};
}

/** A fetch that is the whole plan may have been sent as the client wrote it. */
function withRecords(tree: PlanTree, records: readonly FetchRecord[], isWhole: boolean): ExplainedTree {
	if (tree.node !== "fetch") {
		return { node: tree.node, steps: tree.steps.map((step) => withRecords(step, records, false)) };
	}
	const own = records.filter(
		({ subgraph, operation }) => subgraph.name === tree.service && (isWhole || operation.text === tree.operation),
	);
	const [first] = own;
	if (first === undefined) return tree;
	return { ...tree, operation: first.operation.text, fetched: summary(own) };
}

function summary(records: readonly FetchRecord[]): Fetched {
	const sum = (of: (record: FetchRecord) => number): number => records.reduce((total, record) => total + of(record), 0);
	return {
		times: records.length,
		startMillis: rounded(Math.min(...records.map(({ startMillis }) => startMillis))),
		millis: rounded(Math.max(...records.map(({ millis }) => millis))),
		representations: sum(({ representations }) => representations),
		bytes: sum(({ result }) => (result === null ? 0 : Buffer.byteLength(JSON.stringify(result)))),
		errors: sum(({ result }) => result?.errors?.length ?? 0),
		unanswered: sum(({ result }) => (result === null ? 1 : 0)),
	};
}

const rounded = (millis: number): number => Math.round(millis * 1000) / 1000;
