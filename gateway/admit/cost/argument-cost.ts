import {
	type GraphQLArgument,
	type GraphQLInputType,
	getNamedType,
	isInputObjectType,
	isListType,
	isNonNullType,
} from "graphql";
import type { Amount } from "./amount.ts";
import type { ArgumentValue } from "./argument-values.ts";
import type { CostModel } from "./cost-model.ts";

/**
 * What the value of an argument costs: the weight of the argument, or else of its type, for each value in it; of an input
 * object, its fields too. What has no weight is free.
 */
export function argumentCost(
	{ weights }: CostModel,
	coordinate: string,
	{ type }: Pick<GraphQLArgument, "type">,
	value: ArgumentValue,
): Amount {
	const weight = weights.get(coordinate);
	if (weight === undefined && !reachesWeight(weights, type, new Set())) return 0;
	if (typeof value !== "function") return valueCost(weights, type, weight, value.known);
	return (variables) => valueCost(weights, type, weight, value(variables));
}

function valueCost(
	weights: CostModel["weights"],
	type: GraphQLInputType,
	weight: number | undefined,
	value: unknown,
): number {
	if (value === undefined || value === null) return 0;
	if (isNonNullType(type)) return valueCost(weights, type.ofType, weight, value);
	if (isListType(type)) {
		const items: readonly unknown[] = Array.isArray(value) ? value : [value];
		return items.reduce<number>((total, item) => total + valueCost(weights, type.ofType, weight, item), 0);
	}
	let cost = weight ?? weights.get(type.name) ?? 0;
	if (!isInputObjectType(type) || typeof value !== "object") return cost;
	for (const field of Object.values(type.getFields())) {
		if (!Object.hasOwn(value, field.name)) continue;
		const inner = (value as Readonly<Record<string, unknown>>)[field.name];
		cost += valueCost(weights, field.type, weights.get(`${type.name}.${field.name}`), inner);
	}
	return cost;
}

/** Has the type a weight, or anything that can stand in it? */
function reachesWeight(weights: CostModel["weights"], outer: GraphQLInputType, seen: Set<string>): boolean {
	const type = getNamedType(outer);
	if (seen.has(type.name)) return false;
	seen.add(type.name);
	if (weights.has(type.name)) return true;
	return (
		isInputObjectType(type) &&
		Object.values(type.getFields()).some(
			(field) => weights.has(`${type.name}.${field.name}`) || reachesWeight(weights, field.type, seen),
		)
	);
}
