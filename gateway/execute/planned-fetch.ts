import type { BatchFetchNode, FetchNode } from "@graphql-hive/router-query-planner";
import {
	type DocumentNode,
	type ExecutionResult,
	type FragmentDefinitionNode,
	Kind,
	OperationTypeNode,
	parse,
	type SelectionSetNode,
} from "graphql";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { SubgraphExecutor, SubgraphOperation } from "../../core/ports/subgraph.ts";
import { endReasonOf } from "../endable.ts";
import { isData } from "./data.ts";
import type { Execution } from "./execution.ts";
import type { Fragments } from "./fetch-shape.ts";
import type { FieldError } from "./field-failure.ts";
import type { OperationVariables } from "./operation-variables.ts";
import type { Run } from "./run.ts";
import { fetchError } from "./subgraph-error.ts";

/** A fetch of the plan, parsed once. */
export interface PlannedFetch {
	readonly subgraph: SubgraphExecutor;
	readonly operation: SubgraphOperation;
	/** The variables of the client's operation that it uses. */
	readonly variableNames: readonly string[];
	readonly selectionSet: SelectionSetNode;
	readonly fragments: Fragments;
}

export type Subgraphs = ReadonlyMap<string, SubgraphExecutor>;

export function planFetch(node: Omit<FetchNode | BatchFetchNode, "kind">, subgraphs: Subgraphs): PlannedFetch {
	const subgraph = subgraphs.get(node.serviceName);
	if (subgraph === undefined) throw new Error(`The plan asks the subgraph \`${node.serviceName}\`, which is not there`);
	const document = parse(node.operation, { noLocation: true });
	const { selectionSet } = operationOf(document);
	return {
		subgraph,
		operation: {
			kind: kinds[node.operationKind ?? "query"],
			document,
			text: node.operation,
			name: node.operationName ?? null,
		},
		variableNames: node.variableUsages ?? [],
		selectionSet,
		fragments: fragmentsOf(document),
	};
}

const kinds = {
	query: OperationTypeNode.QUERY,
	mutation: OperationTypeNode.MUTATION,
	subscription: OperationTypeNode.SUBSCRIPTION,
};

function operationOf({ definitions }: DocumentNode) {
	for (const definition of definitions) if (definition.kind === Kind.OPERATION_DEFINITION) return definition;
	throw new Error("A fetch of the plan without an operation");
}

function fragmentsOf({ definitions }: DocumentNode): Fragments {
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}
	return fragments;
}

const noVariables: Readonly<Record<string, unknown>> = Object.freeze({});

/** The variables of the client that the fetch uses; absent ones stay absent. */
export function fetchVariables(
	{ variableNames }: PlannedFetch,
	{ raw }: OperationVariables,
): Readonly<Record<string, unknown>> {
	if (variableNames.length === 0) return noVariables;
	const chosen = Object.create(null) as Record<string, unknown>;
	for (const name of variableNames) {
		const value = raw[name];
		if (value !== undefined) chosen[name] = value;
	}
	return chosen;
}

/** The answer of the subgraph, or why there is none. `count`: of representations. Never rejects. */
export async function ask(
	{ subgraph, operation }: PlannedFetch,
	variables: Readonly<Record<string, unknown>>,
	{ context, execution }: Run,
	count: number,
): Promise<ExecutionResult | FieldError> {
	const { observer } = execution;
	const request = { operation, variables, context };
	try {
		const ended = endReasonOf(context);
		if (ended !== undefined) return failedFetch(subgraph.name, ended, execution);
		if (observer === undefined) return answerOf(await subgraph.execute(request));
		const fetch = { subgraph, operation, representations: count };
		return answerOf(await observer(fetch, () => subgraph.execute(request)));
	} catch (error) {
		return failedFetch(subgraph.name, error, execution);
	}
}

/** What clients are told of a fetch that failed; what they are not told is reported. */
export function failedFetch(service: string, error: unknown, execution: Execution): FieldError {
	if (!(error instanceof FeaturegraphError)) execution.failed?.(service, error);
	return fetchError(service, error);
}

/** Looks at what came as far as types promise of it. */
export function answerOf(result: ExecutionResult): ExecutionResult {
	const answer: { readonly data?: unknown; readonly errors?: unknown } = result;
	if (!isData(answer.data) && !(Array.isArray(answer.errors) && answer.errors.length > 0)) {
		throw new Error("An answer with neither data nor errors");
	}
	return result;
}

export const isFieldError = (answer: ExecutionResult | FieldError): answer is FieldError => "message" in answer;
