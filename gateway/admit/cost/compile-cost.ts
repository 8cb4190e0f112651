import {
	type DirectiveNode,
	type FragmentDefinitionNode,
	type GraphQLCompositeType,
	type GraphQLField,
	type GraphQLSchema,
	getNamedType,
	getNullableType,
	isAbstractType,
	isCompositeType,
	isListType,
	Kind,
	type OperationDefinitionNode,
	type SelectionSetNode,
} from "graphql";
import { type Amount, sum, type Variables } from "./amount.ts";
import { argumentCost } from "./argument-cost.ts";
import { type ArgumentValues, argumentValues } from "./argument-values.ts";
import type { CostModel, ListSize } from "./cost-model.ts";
import type { CostNode } from "./cost-tree.ts";
import { conventionalListSize, slicedSize, unslicedSize } from "./list-size.ts";
import { ownCosts } from "./own-costs.ts";

export interface CostRules {
	readonly schema: GraphQLSchema;
	readonly model: CostModel;
	/** Of a list of which nothing is said. */
	readonly assumedListSize: number;
}

/** What the field above says of the lists in this selection. */
interface Sized {
	readonly fields: readonly string[];
	readonly size: Amount;
}

type Condition = (variables: Variables) => boolean;

/**
 * The costs of an operation as a tree of its fields, fragments written out: bounded by the limit on expanded selections, which
 * has been checked before. The document is valid.
 */
export function compileCost(
	rules: CostRules,
	operation: OperationDefinitionNode,
	fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly CostNode[] {
	const root = rules.schema.getRootType(operation.operation);
	return root == null ? [] : selectionCosts({ ...rules, fragments }, root, operation.selectionSet, "", [], null);
}

interface Compilation extends CostRules {
	readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

function selectionCosts(
	compilation: Compilation,
	parent: GraphQLCompositeType,
	{ selections }: SelectionSetNode,
	path: string,
	outer: readonly Condition[],
	sized: Sized | null,
): readonly CostNode[] {
	return selections.flatMap((selection) => {
		const own = conditionsOf(selection.directives ?? []);
		if (own === "never") return [];
		const conditions = own.length === 0 ? outer : [...outer, ...own];
		if (selection.kind === Kind.FIELD) {
			const field = "getFields" in parent ? parent.getFields()[selection.name.value] : undefined;
			if (field === undefined) return [];
			const key = selection.alias?.value ?? field.name;
			const node = { path: path === "" ? key : `${path}.${key}`, conditions };
			return [
				fieldCost(compilation, parent, field, node, argumentValues(selection, field), selection.selectionSet, sized),
			];
		}
		const fragment =
			selection.kind === Kind.FRAGMENT_SPREAD ? compilation.fragments.get(selection.name.value) : selection;
		const condition = fragment?.typeCondition;
		const type = condition === undefined ? parent : compilation.schema.getType(condition.name.value);
		if (fragment === undefined || !isCompositeType(type)) return [];
		return selectionCosts(compilation, type, fragment.selectionSet, path, conditions, sized);
	});
}

function fieldCost(
	compilation: Compilation,
	parent: GraphQLCompositeType,
	field: GraphQLField<unknown, unknown>,
	{ path, conditions }: { readonly path: string; readonly conditions: readonly Condition[] },
	values: ArgumentValues,
	selectionSet: SelectionSetNode | undefined,
	sized: Sized | null,
): CostNode {
	const { schema, model, assumedListSize } = compilation;
	const coordinate = `${parent.name}.${field.name}`;
	const type = getNamedType(field.type);
	const listSize = declared(schema, parent, field.name, model.listSizes) ?? conventionalListSize(field);
	const sliced = listSize === undefined ? null : slicedSize(coordinate, listSize, values, assumedListSize);
	const below = sizedBelow(listSize, sliced);
	return {
		path,
		conditions,
		once: sum([
			...field.args.map((argument) =>
				argumentCost(model, `${coordinate}(${argument.name}:)`, argument, values.get(argument.name) ?? { known: null }),
			),
			ownCost(coordinate, values),
		]),
		each:
			declared(schema, parent, field.name, model.weights) ??
			model.weights.get(type.name) ??
			(isCompositeType(type) ? 1 : 0),
		size: !isListType(getNullableType(field.type))
			? 1
			: sized?.fields.includes(field.name)
				? sized.size
				: below === null && sliced !== null
					? sliced
					: unslicedSize(field, values, assumedListSize),
		children:
			selectionSet === undefined || !isCompositeType(type)
				? []
				: selectionCosts(compilation, type, selectionSet, path, [], below),
	};
}

const sizedBelow = (listSize: ListSize | undefined, size: Amount | null): Sized | null =>
	listSize === undefined || size === null || listSize.sizedFields.length === 0
		? null
		: { fields: listSize.sizedFields, size };

/** What stands at a field, or, where an interface says nothing, at the same field of one of its types. */
function declared<T>(
	schema: GraphQLSchema,
	parent: GraphQLCompositeType,
	field: string,
	declarations: ReadonlyMap<string, T>,
): T | undefined {
	const own = declarations.get(`${parent.name}.${field}`);
	if (own !== undefined || declarations.size === 0 || !isAbstractType(parent)) return own;
	const among = schema.getPossibleTypes(parent).find(({ name }) => declarations.has(`${name}.${field}`));
	return among === undefined ? undefined : declarations.get(`${among.name}.${field}`);
}

function ownCost(coordinate: string, values: ArgumentValues): Amount {
	const cost = ownCosts.get(coordinate);
	if (cost === undefined) return 0;
	const given = (variables: Variables) => (name: string) => {
		const value = values.get(name);
		return typeof value === "function" ? value(variables) : value?.known;
	};
	return [...values.values()].some((value) => typeof value === "function")
		? (variables) => cost(given(variables))
		: cost(given({}));
}

/** When `@skip` and `@include` let a selection be; "never" where the document alone says so. */
function conditionsOf(directives: readonly DirectiveNode[]): readonly Condition[] | "never" {
	const conditions: Condition[] = [];
	for (const { name, arguments: given = [] } of directives) {
		const value = given.find((argument) => argument.name.value === "if")?.value;
		if ((name.value !== "skip" && name.value !== "include") || value === undefined) continue;
		const wanted = name.value === "include";
		if (value.kind === Kind.BOOLEAN && value.value !== wanted) return "never";
		if (value.kind !== Kind.VARIABLE) continue;
		// What is no boolean is refused with the variables: until then it counts as selected.
		conditions.push((variables) => variables[value.name.value] !== !wanted);
	}
	return conditions;
}
