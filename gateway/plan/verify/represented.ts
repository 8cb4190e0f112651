import type { RequiresSelection } from "@graphql-hive/router-query-planner";
import { Kind, type SelectionSetNode } from "graphql";
import type { GraphTypes } from "./graph-types.ts";
import { type KnownField, type KnownObject, printArguments } from "./known-object.ts";

/** What a subgraph is told of an object, by the names that it is told it under. */
export interface Represented {
	readonly type: string;
	readonly fields: ReadonlyMap<string, { readonly field: KnownField; readonly objects: readonly Represented[] | null }>;
}

/** As `execute/representation.ts` reads it; null: the object is not asked for. What is told counts as read. */
export function representedBy(
	requires: readonly RequiresSelection[],
	object: KnownObject,
	types: GraphTypes,
): Represented | null {
	if (object.typename === null) return null;
	const told = tell(requires, object, types);
	if (told !== null) markRead(told);
	return told;
}

function tell(
	selections: readonly RequiresSelection[],
	{ type, typename, fields: known }: KnownObject,
	types: GraphTypes,
): Represented | null {
	const wanted = new Map<string, { readonly source: string; readonly inner: RequiresSelection[] }>();
	let isEmpty = true;
	const collect = (selection: RequiresSelection): void => {
		if (selection.kind === "Field") {
			isEmpty = false;
			const sent = selection.alias ?? selection.name;
			const inner = wanted.get(sent)?.inner ?? [];
			wanted.set(sent, { source: selection.name, inner: [...inner, ...(selection.selections ?? [])] });
		} else if (selection.kind === "InlineFragment") {
			if (typename === null || types.satisfies(typename, selection.typeCondition))
				selection.selections.forEach(collect);
		}
	};
	selections.forEach(collect);
	if (isEmpty) return null;
	const fields = new Map<string, { field: KnownField; objects: readonly Represented[] | null }>();
	for (const [sent, { source, inner }] of wanted) {
		if (source === "__typename") {
			if (typename === null) return null;
			continue;
		}
		const field = known.get(source);
		if (field === undefined) return null;
		if (inner.length === 0 || field.objects === null) {
			fields.set(sent, { field, objects: null });
			continue;
		}
		const objects: Represented[] = [];
		for (const object of field.objects.values()) {
			const nested = tell(inner, object, types);
			if (nested === null) return null;
			objects.push(nested);
		}
		fields.set(sent, { field, objects });
	}
	return { type, fields };
}

function markRead({ fields }: Represented): void {
	for (const { field, objects } of fields.values()) {
		field.isRead = true;
		objects?.forEach(markRead);
	}
}

/** Is all of a set of fields told, each of them being what its name says? */
export function requirementOf(set: SelectionSetNode, told: Represented | null, types: GraphTypes): boolean {
	return (
		told !== null &&
		set.selections.every((selection) => {
			if (selection.kind === Kind.INLINE_FRAGMENT) {
				const condition = selection.typeCondition?.name.value;
				const applies = condition === undefined || types.satisfies(told.type, condition);
				return !applies || requirementOf(selection.selectionSet, told, types);
			}
			if (selection.kind !== Kind.FIELD || selection.name.value === "__typename") return true;
			const found = told.fields.get(selection.name.value);
			if (found === undefined) return false;
			const { field, objects } = found;
			if (field.name !== selection.name.value || field.args !== printArguments(selection.arguments)) return false;
			const inner = selection.selectionSet;
			return inner === undefined || (objects?.every((object) => requirementOf(inner, object, types)) ?? false);
		})
	);
}
