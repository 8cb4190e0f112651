import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { ExecutionResult, OperationTypeNode } from "graphql";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import { completionOf } from "../complete/completion.ts";
import { soleService } from "../plan/sole-service.ts";
import { type CompiledPlan, compilePlan } from "./compile-plan.ts";
import type { Data } from "./data.ts";
import { beginRun, type Execution } from "./execution.ts";
import { hasLeft, unheard } from "./left.ts";
import type { OperationToCompile } from "./operation-to-compile.ts";
import type { OperationVariables } from "./operation-variables.ts";
import { plannedTexts } from "./planned-document.ts";
import type { Run } from "./run.ts";
import { soleOperation } from "./sole.ts";
import { followSource } from "./subscription.ts";
import { unansweredOf } from "./unanswered.ts";
import { withWideLiterals } from "./wide-literal.ts";

/** An operation that is ready to run, again and again, with any variables. */
export interface CompiledOperation {
	readonly kind: OperationTypeNode;
	/** One for each root field of a mutation; none where the gateway answers by itself. */
	readonly plans: readonly QueryPlan[];
	/** Has its subgraphs make ready what will be asked of them, with these variables by which it includes and skips. */
	prepare(conditions: Readonly<Record<string, unknown>>): Promise<void>;
	/** Runs a query or a mutation. What fails is in the result. */
	execute(variables: OperationVariables, execution: Execution): Promise<ExecutionResult>;
	/** Follows a subscription; it ends with the signal of the execution. A result instead: it could not begin. */
	subscribe(
		variables: OperationVariables,
		execution: Execution,
	): Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;
}

/** Plans and compiles an operation that was validated against the public schema. */
export async function compileOperation(input: OperationToCompile): Promise<CompiledOperation> {
	const { graph, document, operation, asked, conditions, withheld, plan, limits } = input;
	const plans: QueryPlan[] = [];
	for (const text of plannedTexts(asked, graph)) plans.push(withWideLiterals(await plan(text), text));

	const sole = withheld.size === 0 ? soleSubgraph(plans, input) : null;
	if (sole !== null) {
		return { kind: operation.operation, plans, ...soleOperation(sole, document, operation, unansweredOf(input)) };
	}

	const complete = completionOf({
		schema: graph.schema,
		document,
		operation,
		conditions,
		withheld,
		plannedKey: graph.plannedKey,
		mostErrors: limits.responseErrors,
	});
	const compiled = plans.map((one) => compilePlan(one, graph.plans));
	return {
		kind: operation.operation,
		plans,
		async prepare(values) {
			for (const { fetches } of compiled) {
				for (const { subgraph, operation } of fetches) await subgraph.prepare?.(operation, values);
			}
		},
		async execute(variables, execution) {
			const data: Data = {};
			const stray: Run["strayErrors"] = [];
			// The root fields of a mutation are planned apart: each is complete before the next begins, and reads anew.
			for (const { step } of compiled) {
				const running = step(runOf(data, variables, stray, execution));
				if (running === undefined) continue;
				await running;
				if (hasLeft(execution)) return unheard();
			}
			return complete(data, variables.coerced, stray);
		},
		async subscribe(variables, execution) {
			const [{ source, step } = noPlan] = compiled;
			// Its root field is withheld: that is all there is to tell.
			if (source === null) return complete({}, variables.coerced, []);
			return followSource(source, {
				execution,
				variables,
				async complete(run) {
					const running = step(run);
					if (running !== undefined) await running;
					if (hasLeft(run.context)) return unheard();
					return complete(run.data, variables.coerced, run.strayErrors);
				},
			});
		},
	};
}

/** The subgraph that the operation is handed to as it stands; null: its answers are merged and completed here. */
function soleSubgraph(
	plans: readonly QueryPlan[],
	{ graph, document, operation }: OperationToCompile,
): SubgraphExecutor | null {
	const name = soleService(plans);
	if (name === null || graph.alone.get(name)?.(document, operation) !== true) return null;
	return graph.plans.subgraphs.get(name) ?? null;
}

const noPlan: CompiledPlan = { source: null, step: () => undefined, fetches: [] };

function runOf(data: Data, variables: OperationVariables, strayErrors: Run["strayErrors"], execution: Execution): Run {
	return { data, variables, strayErrors, context: beginRun(execution), execution };
}
