import type { FetchNode, PlanNode, QueryPlan, RequiresSelection } from "@graphql-hive/router-query-planner";
import {
	type FieldNode,
	Kind,
	type OperationDefinitionNode,
	OperationTypeNode,
	parse,
	print,
	type SelectionSetNode,
	visit,
} from "graphql";
import { type Gap, gapsOf, keyOf } from "./gaps.ts";
import type { GraphTypes } from "./graph-types.ts";
import type { KnownObject } from "./known-object.ts";
import { selectable, selectionOn } from "./selection-on.ts";
import { simulate } from "./simulate.ts";
import type { SubgraphView, ViewType } from "./subgraph-view.ts";

/** Each brings at least one field: an operation of many hops takes as many. */
const mostRounds = 20;
/** It is made anew in each round, and in the gateway's own process. */
const mostObjects = 2000;

/**
 * A plan that is made without the planner, for what it does not plan, or not rightly: round by round, each gap is asked of
 * a subgraph that has the field and can be told a key. It may take more rounds than the best plan. Null: there is none.
 */
export function ownPlan(operation: OperationDefinitionNode, types: GraphTypes): QueryPlan | null {
	const nodes: PlanNode[] = [];
	for (let round = 0; round < mostRounds; round += 1) {
		const plan: QueryPlan = { kind: "QueryPlan", node: { kind: "Sequence", nodes } };
		const gaps = gapsOf(simulate(plan, operation.operation, types, mostObjects).data, operation, types);
		if (gaps.length === 0) return plan;
		const calls = new Map<string, Call>();
		for (const gap of gaps) for (const call of callsFor(gap, types)) join(calls, call);
		if (calls.size === 0) return null;
		const fetches = [...calls.values()].map((call) => nodeOf(call, operation, types));
		const [only] = fetches;
		nodes.push(fetches.length === 1 && only !== undefined ? only : { kind: "Parallel", nodes: fetches });
	}
	return null;
}

/** Fields that one subgraph is asked for, of the objects at one place. */
interface Call {
	readonly view: SubgraphView;
	/** What the objects are there. */
	readonly own: ViewType;
	readonly gap: Gap;
	readonly fields: readonly FieldNode[];
	/** By which they are known; null: they are the root. */
	readonly told: readonly SelectionSetNode[] | null;
}

function join(calls: Map<string, Call>, call: Call): void {
	const { view, own, gap, told } = call;
	const key = JSON.stringify([view.name, own.name, gap.path, gap.object.typename, told?.map(print)]);
	const before = calls.get(key);
	const known = new Set(before?.fields.map(print));
	const fields = [...(before?.fields ?? []), ...call.fields.filter((field) => !known.has(print(field)))];
	calls.set(key, { ...call, fields });
}

function callsFor(gap: Gap, types: GraphTypes): readonly Call[] {
	if (gap.path.length === 0) return gap.fields.flatMap((field) => rootCall(gap, field, types) ?? []);
	if (gap.fields.length === 0) return typeCall(gap, types) ?? [];
	return gap.fields.flatMap((field) => entityCall(gap, field, types, new Set()) ?? []);
}

function rootCall(gap: Gap, field: FieldNode, types: GraphTypes): Call | null {
	for (const view of types.views.values()) {
		const own = view.types.get(gap.object.type);
		if (own !== undefined && selectable(own, field.name.value)) return { view, own, gap, fields: [field], told: null };
	}
	return null;
}

/** Asks what an object is, of which only an interface is known. */
function typeCall(gap: Gap, types: GraphTypes): readonly Call[] | null {
	const { typename } = gap.object;
	if (typename === null) return null;
	for (const view of types.views.values()) {
		const own = view.types.get(typename);
		if (own === undefined || own.isObject) continue;
		const key = own.keys.find(({ fields, resolvable }) => resolvable && isKnown(fields, gap.object));
		if (key !== undefined) return [{ view, own, gap, fields: [], told: [key.fields] }];
	}
	return null;
}

/** The call for a field; where a key or a required field is not known yet, the calls for that. */
function entityCall(gap: Gap, field: FieldNode, types: GraphTypes, asked: ReadonlySet<string>): readonly Call[] | null {
	const name = field.name.value;
	if (asked.has(name)) return null;
	const also = new Set(asked).add(name);
	const detours: (readonly Call[])[] = [];
	for (const view of types.views.values()) {
		for (const own of view.types.values()) {
			if (!own.isObject || (own.name !== gap.object.type && !isInterfaceObjectOf(own, gap.object, types))) continue;
			const has = own.fields.get(name);
			if (has === undefined || has.isExternal) continue;
			const required = has.requires === null ? [] : [has.requires];
			for (const key of own.keys) {
				if (!key.resolvable) continue;
				const told = [key.fields, ...required];
				const unknown = told.flatMap((set) => topFields(set)).filter((one) => !isKnownField(one, gap.object));
				if (unknown.length === 0) return [{ view, own, gap, fields: [field], told }];
				const before = unknown.map((one) => entityCall(gap, one, types, also));
				const possible = before.flatMap((calls) => calls ?? []);
				if (before.every((calls) => calls !== null)) detours.push(possible);
			}
		}
	}
	return detours.sort((left, right) => left.length - right.length)[0] ?? null;
}

const isInterfaceObjectOf = (own: ViewType, { type }: KnownObject, { satisfies }: GraphTypes): boolean =>
	own.isInterfaceObject && satisfies(type, own.name);

const topFields = ({ selections }: SelectionSetNode): readonly FieldNode[] =>
	selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection] : []));

const isKnown = (set: SelectionSetNode, object: KnownObject): boolean =>
	topFields(set).every((field) => isKnownField(field, object));

const isKnownField = (field: FieldNode, { fields }: KnownObject): boolean => {
	const known = fields.get(keyOf(field));
	if (known === undefined) return false;
	const inner = field.selectionSet;
	return inner === undefined || [...(known.objects?.values() ?? [])].every((object) => isKnown(inner, object));
};

function nodeOf(
	{ view, own, gap, fields, told }: Call,
	operation: OperationDefinitionNode,
	types: GraphTypes,
): PlanNode {
	const kind = told === null ? operation.operation : OperationTypeNode.QUERY;
	const selection = selectionOn(view, own, fields, types, null);
	// The gateway knows what a root is; a subgraph that fails must not be missed for its name.
	const body = told === null ? `{${selection.slice("{__typename".length)}` : selection;
	const used = variablesIn(body);
	const definitions = (operation.variableDefinitions ?? [])
		.filter(({ variable }) => used.has(variable.name.value))
		.map(print);
	const common = {
		serviceName: view.name,
		operationKind: kind,
		...(used.size === 0 ? {} : { variableUsages: [...used] }),
	};
	const head = (all: readonly string[]): string => `${kind}${all.length === 0 ? "" : `(${all.join(", ")})`}`;
	if (told === null) {
		const primary = { ...common, operation: `${head(definitions)}${body}` };
		return kind === OperationTypeNode.SUBSCRIPTION
			? { kind: "Subscription", primary: { kind: "Fetch", ...primary } }
			: { kind: "Fetch", ...primary };
	}
	const typename = gap.object.typename ?? gap.object.type;
	const fetch: FetchNode = {
		kind: "Fetch",
		...common,
		operation: `${head(["$representations: [_Any!]!", ...definitions])}{_entities(representations: $representations){... on ${own.name}${body}}}`,
		requires: [
			{
				kind: "InlineFragment",
				typeCondition: typename,
				selections: [{ kind: "Field", name: "__typename" }, ...told.flatMap(requiresOf)],
			},
		],
		...(own.name === typename
			? {}
			: {
					inputRewrites: [
						{
							ValueSetter: { path: [{ TypenameEquals: [typename] }, { Key: "__typename" }], setValueTo: own.name },
						},
					],
				}),
	};
	return { kind: "Flatten", path: [...gap.path], node: fetch };
}

function requiresOf({ selections }: SelectionSetNode): RequiresSelection[] {
	return selections.flatMap((selection): RequiresSelection[] => {
		if (selection.kind === Kind.FIELD) {
			const inner = selection.selectionSet;
			const name = selection.name.value;
			return [{ kind: "Field", name, ...(inner === undefined ? {} : { selections: requiresOf(inner) }) }];
		}
		if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
		const typeCondition = selection.typeCondition?.name.value;
		const inner = requiresOf(selection.selectionSet);
		return typeCondition === undefined ? inner : [{ kind: "InlineFragment", typeCondition, selections: inner }];
	});
}

/** Of a selection set. A string that reads like one is none. */
function variablesIn(selectionSet: string): ReadonlySet<string> {
	const names = new Set<string>();
	visit(parse(selectionSet, { noLocation: true }), { Variable: ({ name }) => void names.add(name.value) });
	return names;
}
