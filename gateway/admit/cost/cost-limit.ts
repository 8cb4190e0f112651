import {
	type DocumentNode,
	type FragmentDefinitionNode,
	Kind,
	type OperationDefinitionNode,
	OperationTypeNode,
	valueFromASTUntyped,
} from "graphql";
import { RequestError } from "../request-error.ts";
import { type Amount, amountOf, type Variables } from "./amount.ts";
import { type CostRules, compileCost } from "./compile-cost.ts";
import { type CostNode, costliestField, foldCost } from "./cost-tree.ts";

interface CompiledCost {
	readonly fields: readonly CostNode[];
	readonly total: Amount;
	readonly limit: number;
	readonly defaults: ReadonlyMap<string, unknown>;
}

/** A write costs more than a read, whatever it writes. */
const mutationCost = 10;

const compiled = new WeakMap<OperationDefinitionNode, CompiledCost>();

/**
 * Compiles the cost of every operation of a valid document, for `refuseCostly`. Throws a RequestError where one passes the limit
 * whatever its variables are.
 */
export function compileCosts(rules: CostRules, document: DocumentNode, limit: number): void {
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}
	for (const operation of document.definitions) {
		if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
		const fields = compileCost(rules, operation, fragments);
		const cost: CompiledCost = { fields, total: foldCost(fields), limit, defaults: defaultsOf(operation) };
		if (typeof cost.total === "number") refuseAbove(operation, cost, {});
		compiled.set(operation, cost);
	}
}

/** Throws a RequestError where an admitted operation costs too much with these variables. */
export function refuseCostly(operation: OperationDefinitionNode, variables: Variables): void {
	const cost = compiled.get(operation);
	if (cost === undefined || typeof cost.total === "number") return;
	refuseAbove(operation, cost, ownVariables(cost.defaults, variables));
}

function refuseAbove(operation: OperationDefinitionNode, cost: CompiledCost, variables: Variables): void {
	const base = operation.operation === OperationTypeNode.MUTATION ? mutationCost : 0;
	const estimate = base + amountOf(cost.total, variables);
	if (estimate <= cost.limit) return;
	const field = costliestField(cost.fields, variables);
	const where = field === null ? "" : `, most of it for \`${field}\``;
	throw RequestError.of(
		"QUERY_TOO_COMPLEX",
		`The operation is estimated to cost ${rounded(estimate)}${where}; the limit is ${cost.limit}.`,
		"Ask for shorter lists (`first`, fewer keys), or split it into several requests.",
	);
}

const rounded = (estimate: number): string =>
	estimate < Number.MAX_SAFE_INTEGER ? String(Math.ceil(estimate)) : "more than can be counted";

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): ReadonlyMap<string, unknown> {
	return new Map(
		variableDefinitions.map(({ variable, defaultValue }) => [
			variable.name.value,
			defaultValue === undefined ? undefined : valueFromASTUntyped(defaultValue),
		]),
	);
}

/** Only what the operation declares: an object of JSON also answers to `constructor`. */
function ownVariables(defaults: ReadonlyMap<string, unknown>, variables: Variables): Variables {
	const own: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
	for (const [name, value] of defaults) own[name] = Object.hasOwn(variables, name) ? variables[name] : value;
	return own;
}
