import type { BatchFetchNode, FetchNode, FlattenNode, PlanNode, QueryPlan } from "@graphql-hive/router-query-planner";
import { Kind, type SelectionSetNode } from "graphql";
import { type EntityGroup, entityFetch } from "./entity-fetch.ts";
import { fetchShape } from "./fetch-shape.ts";
import { compileCopy, compileMerge } from "./generated-merge.ts";
import { compileFind } from "./generated-representation.ts";
import { compileLocate, type Locate } from "./locate.ts";
import type { IsObjectType } from "./merge.ts";
import type { RootMerge } from "./merge-root.ts";
import { type PlannedFetch, planFetch, type Subgraphs } from "./planned-fetch.ts";
import { compileRepresent } from "./representation.ts";
import { compileRewrites } from "./rewrite.ts";
import { rootFetch } from "./root-fetch.ts";
import type { Step } from "./run.ts";
import { condition, nothing, parallel, sequence } from "./steps.ts";
import type { TypeConditions } from "./type-conditions.ts";

/** What plans are compiled against. */
export interface PlanContext {
	readonly subgraphs: Subgraphs;
	readonly satisfies: TypeConditions;
	readonly isObjectType: IsObjectType;
}

/** A plan that can be run; for a subscription, what follows each of its events. */
export interface CompiledPlan {
	readonly step: Step;
	/** What a subscription follows; null for other operations. */
	readonly source: RootMerge | null;
	/** All that it asks of subgraphs. */
	readonly fetches: readonly PlannedFetch[];
}

interface Compiling extends PlanContext {
	readonly fetches: PlannedFetch[];
}

export function compilePlan({ node }: QueryPlan, plans: PlanContext): CompiledPlan {
	const fetches: PlannedFetch[] = [];
	const context: Compiling = { ...plans, fetches };
	if (node?.kind === "Subscription") return { source: compileRoot(node.primary, context), step: nothing, fetches };
	if (node?.kind === "Sequence") {
		const [first, ...rest] = node.nodes;
		if (first?.kind === "Subscription") {
			const step = sequence(rest.map((child) => compileNode(child, null, context)));
			return { source: compileRoot(first.primary, context), step, fetches };
		}
	}
	return { source: null, step: node === undefined ? nothing : compileNode(node, null, context), fetches };
}

function compiledFetch(node: Parameters<typeof planFetch>[0], { subgraphs, fetches }: Compiling): PlannedFetch {
	const fetch = planFetch(node, subgraphs);
	fetches.push(fetch);
	return fetch;
}

/** `flatten` is the node around, which says where in the data the node works. */
function compileNode(node: PlanNode, flatten: FlattenNode | null, context: Compiling): Step {
	switch (node.kind) {
		case "Sequence":
			return sequence(node.nodes.map((child) => compileNode(child, flatten, context)));
		case "Parallel":
			return parallel(node.nodes.map((child) => compileNode(child, flatten, context)));
		case "Condition":
			return condition(
				node.condition,
				node.ifClause === undefined ? nothing : compileNode(node.ifClause, flatten, context),
				node.elseClause === undefined ? nothing : compileNode(node.elseClause, flatten, context),
			);
		case "Flatten":
			return compileNode(node.node, node, context);
		case "Fetch":
			return compileFetch(node, flatten, context);
		case "BatchFetch":
			return compileBatchFetch(node, context);
		case "Subscription":
		case "Defer":
			throw new Error(`A plan with ${node.kind} where it cannot be`);
	}
}

function compileFetch(node: FetchNode, flatten: FlattenNode | null, context: Compiling): Step {
	const place = flatten === null ? null : compileLocate(flatten.path, context.satisfies);
	if (node.requires === undefined || node.requires.length === 0) return rootFetch(compileRoot(node, context), place);
	if (place === null) throw new Error("A plan that asks for entities and does not say where they are");
	const fetch = compiledFetch(node, context);
	const entities = { alias: "_entities", representationsVariableName: "representations", requires: node.requires };
	return entityFetch(fetch, [entityGroup(fetch, { ...entities, ...rewritesOf(node) }, [place], context)]);
}

function compileBatchFetch(node: BatchFetchNode, context: Compiling): Step {
	const fetch = compiledFetch(node, context);
	return entityFetch(
		fetch,
		node.entityBatch.aliases.map((alias) => {
			const places = alias.paths.map((path) => compileLocate(path, context.satisfies));
			return entityGroup(fetch, { ...alias, ...rewritesOf(alias) }, places, context);
		}),
	);
}

type EntityField = Pick<
	BatchFetchNode["entityBatch"]["aliases"][number],
	"alias" | "representationsVariableName" | "requires"
> &
	Rewritten;
type Rewritten = Pick<FetchNode, "inputRewrites" | "outputRewrites">;

const rewritesOf = ({ inputRewrites, outputRewrites }: Rewritten): Rewritten => ({
	...(inputRewrites === undefined ? {} : { inputRewrites }),
	...(outputRewrites === undefined ? {} : { outputRewrites }),
});

function entityGroup(
	fetch: PlannedFetch,
	{ alias, representationsVariableName, requires, inputRewrites, outputRewrites }: EntityField,
	places: readonly Locate[],
	{ satisfies, isObjectType }: PlanContext,
): EntityGroup {
	const rewrites = compileRewrites(outputRewrites, satisfies);
	const shape = fetchShape(entitySelections(fetch, alias), fetch.fragments, rewrites?.renamed);
	return {
		alias,
		variable: representationsVariableName,
		places,
		represent: compileRepresent(requires, satisfies),
		find: compileFind(requires, satisfies),
		inputRewrites: compileRewrites(inputRewrites, satisfies),
		outputRewrites: rewrites,
		shape,
		merge: compileMerge(shape, isObjectType),
		copy: compileCopy(shape),
	};
}

/** What is selected of the entities under an alias. */
const entitySelections = ({ selectionSet }: PlannedFetch, alias: string): readonly SelectionSetNode[] =>
	selectionSet.selections.flatMap((selection) =>
		selection.kind === Kind.FIELD &&
		(selection.alias?.value ?? selection.name.value) === alias &&
		selection.selectionSet !== undefined
			? [selection.selectionSet]
			: [],
	);

function compileRoot(node: Omit<FetchNode, "kind">, context: Compiling): RootMerge {
	const { satisfies, isObjectType } = context;
	const fetch = compiledFetch(node, context);
	const outputRewrites = compileRewrites(node.outputRewrites, satisfies);
	const shape = fetchShape([fetch.selectionSet], fetch.fragments, outputRewrites?.renamed);
	return { fetch, shape, outputRewrites, isObjectType };
}
