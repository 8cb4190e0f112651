import type { QueryPlan } from "@graphql-hive/router-query-planner";
import { type DocumentNode, Kind, type OperationDefinitionNode, parse } from "graphql";
import type { TypeConditions } from "../../execute/type-conditions.ts";
import { isLabelOn, type Override } from "../override.ts";
import { isPlannersFault, tooManyTypes, unsoundPlan } from "../plan-error.ts";
import { type GraphTypes, graphTypesOf } from "./graph-types.ts";
import { ownPlan } from "./own-plan.ts";
import { representativeTypes } from "./representative-types.ts";
import { TooManyTypes } from "./simulate.ts";
import { flawsOf } from "./verify-plan.ts";

/**
 * Plans the text of an operation: by the planner, or, where that errs, by ourselves. The plan does what is asked, whatever the
 * types and values. Throws a RequestError where there is none.
 */
export type SoundPlan = (
	text: string,
	plan: (text: string) => Promise<QueryPlan>,
	override: Override,
) => Promise<QueryPlan>;

/** Looks at plans before they are compiled: where the planner errs, nothing wrong is answered. */
export function soundPlans(supergraph: DocumentNode, satisfies: TypeConditions): SoundPlan {
	// One for each choice of labels, of which a supergraph has few.
	const byOverride = new Map<string, GraphTypes>();
	const typesOf = (override: Override): GraphTypes => {
		const known = byOverride.get(override.key) ?? graphTypesOf(supergraph, satisfies, isLabelOn(override));
		byOverride.set(override.key, known);
		return known;
	};
	return async (text, plan, override) => {
		const types = typesOf(override);
		const operation = operationOf(text);
		try {
			const planned = await plan(text);
			const flaws = knownFlaws(planned, operation, types);
			if (flaws.length === 0) return planned;
			throw unsoundPlan(flaws);
		} catch (error) {
			if (!isPlannersFault(error)) throw error;
			const own = soundOwnPlan(operation, types);
			if (own === null) throw error;
			return own;
		}
	};
}

function operationOf(text: string): OperationDefinitionNode {
	const [operation] = parse(text, { noLocation: true }).definitions;
	if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("A text without an operation was planned");
	return operation;
}

/**
 * Nothing runs that was not looked at. Where there are too many types, one of those that are alike is looked at for all; what
 * there are still too many for is refused.
 */
function knownFlaws(plan: QueryPlan, operation: OperationDefinitionNode, types: GraphTypes): readonly string[] {
	const flaws =
		flawsIfFew(plan, operation, types) ?? flawsIfFew(plan, operation, representativeTypes(plan, operation, types));
	if (flaws === null) throw tooManyTypes();
	return flaws;
}

/** Null: there are too many types. */
function flawsIfFew(plan: QueryPlan, operation: OperationDefinitionNode, types: GraphTypes): readonly string[] | null {
	try {
		return flawsOf(plan, operation, types);
	} catch (error) {
		if (error instanceof TooManyTypes) return null;
		throw error;
	}
}

function soundOwnPlan(operation: OperationDefinitionNode, types: GraphTypes): QueryPlan | null {
	try {
		const plan = ownPlan(operation, types);
		return plan !== null && flawsIfFew(plan, operation, types)?.length === 0 ? plan : null;
	} catch (error) {
		if (error instanceof TooManyTypes) return null;
		throw error;
	}
}
