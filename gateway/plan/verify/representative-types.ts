import type { QueryPlan } from "@graphql-hive/router-query-planner";
import { type OperationDefinitionNode, print, type SelectionSetNode } from "graphql";
import type { GraphTypes } from "./graph-types.ts";
import type { ViewField, ViewType } from "./subgraph-view.ts";

/**
 * The same types for one plan of one operation, where one object type stands for all that neither can tell apart: they are
 * not named, belong to the same interfaces and unions, and have the same keys, and the same fields of those that are named,
 * in each subgraph. A plan does of one of them what it does of all.
 */
export function representativeTypes(
	plan: QueryPlan,
	operation: OperationDefinitionNode,
	types: GraphTypes,
): GraphTypes {
	const named = new Set(`${JSON.stringify(plan)} ${print(operation)}`.match(/[A-Za-z_]\w*/g));
	const views = [...types.views.values()];
	const all = new Set(views.flatMap((view) => [...view.types.keys()]));
	const alike = (type: string): string => {
		if (named.has(type)) return type;
		const within = [...all].filter((other) => other !== type && types.satisfies(type, other));
		const fields = [...named].map((field) => types.fieldType(type, field));
		return JSON.stringify([within, fields, views.map((view) => viewText(view.types.get(type), named))]);
	};
	const representatives = new Set(new Map([...all].reverse().map((type) => [alike(type), type])).values());
	const found = new Map<ReturnType<GraphTypes["objectsOf"]>, ReturnType<GraphTypes["objectsOf"]>>();
	return {
		...types,
		objectsOf(view, type) {
			const objects = types.objectsOf(view, type);
			const some = found.get(objects) ?? objects.filter(([, name]) => representatives.has(name));
			found.set(objects, some);
			return some;
		},
	};
}

/** All that matters of a type in a subgraph, its name apart. */
function viewText(type: ViewType | undefined, named: ReadonlySet<string>): unknown {
	if (type === undefined) return null;
	const { isObject, isInterfaceObject, keys, fields, within } = type;
	return [
		isObject,
		isInterfaceObject,
		[...within].sort(),
		keys.map(({ fields: key, resolvable }) => [print(key), resolvable]),
		[...fields.keys()]
			.filter((name) => named.has(name))
			.sort()
			.map((name) => fieldText(name, fields.get(name))),
	];
}

function fieldText(name: string, field: ViewField | undefined): unknown {
	if (field === undefined) return name;
	const { requires, provides, ...plain } = field;
	return [name, plain, setText(requires), setText(provides)];
}

const setText = (set: SelectionSetNode | null): string | null => (set === null ? null : print(set));
