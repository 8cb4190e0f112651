import type { QueryPlan } from "@graphql-hive/router-query-planner";
import type { DocumentNode, OperationDefinitionNode } from "graphql";
import type { WithheldFields } from "../authorize/withheld-fields.ts";
import type { Override } from "../plan/override.ts";
import { PlanCache } from "../plan/plan-cache.ts";
import { planKey } from "../plan/plan-key.ts";
import { conditionVariables, writtenOut } from "../plan/written-out.ts";
import { type CompiledOperation, compileOperation } from "./compile-operation.ts";
import type { ExecutableGraph } from "./executable-graph.ts";
import { type OperationVariables, type ReadVariables, variablesOf } from "./operation-variables.ts";

/** What decides, beside the operation and its variables, how it is planned. */
export interface PlanningTerms {
	/** What the principal may not read of it. */
	readonly withheld: WithheldFields;
	/** The overrides that are on. */
	readonly override: Override;
	/** Plans the text of one operation with them. */
	readonly plan: (text: string) => Promise<QueryPlan>;
}

/** The operations of one version of the graph. */
export interface CompiledOperations {
	/** The variables of an operation. Throws a RequestError for those that do not fit. */
	read(operation: OperationDefinitionNode, given: Readonly<Record<string, unknown>>): OperationVariables;
	/** The operation as it is run: at once where it is compiled already. Throws a RequestError for what cannot be planned. */
	compiled(
		document: DocumentNode,
		operation: OperationDefinitionNode,
		variables: Pick<OperationVariables, "coerced">,
		terms: PlanningTerms,
	): CompiledOperation | Promise<CompiledOperation>;
}

export interface CompilingLimits {
	readonly responseErrors: number;
	readonly cachedPlans: number;
}

/** Compiles operations when they are first asked for, and keeps those that were asked for last. */
export function compiledOperations(graph: ExecutableGraph, limits: CompilingLimits): CompiledOperations {
	const readers = new WeakMap<OperationDefinitionNode, ReadVariables>();
	const conditions = new WeakMap<DocumentNode, readonly string[]>();
	const cache = new PlanCache<CompiledOperation>(limits.cachedPlans);
	return {
		read(operation, given) {
			let read = readers.get(operation);
			if (read === undefined) {
				read = variablesOf(graph.schema, operation);
				readers.set(operation, read);
			}
			return read(given);
		},
		compiled(document, operation, { coerced }, { withheld, override, plan }) {
			let names = conditions.get(document);
			if (names === undefined) {
				names = conditionVariables(document);
				conditions.set(document, names);
			}
			let setting = "";
			for (const name of names) setting += coerced[name] === true ? "1" : "0";
			const operationName = operation.name?.value ?? null;
			const key = planKey({
				document,
				operationName,
				override: override.key,
				withheld: withheld.key,
				conditions: setting,
			});
			return cache.get(key, async () => {
				const isOn = (name: string): boolean => coerced[name] === true;
				const asked = writtenOut(graph.schema, withheld.document, withheld.operation, isOn);
				return compileOperation({
					graph,
					document,
					operation,
					asked,
					conditions: coerced,
					withheld: withheld.reasons,
					plan: (text) => graph.soundPlan(text, plan, override),
					limits,
				});
			});
		},
	};
}
