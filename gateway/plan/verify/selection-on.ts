import { type FieldNode, Kind, print, type SelectionSetNode } from "graphql";
import { fieldsFor } from "./gaps.ts";
import type { GraphTypes } from "./graph-types.ts";
import { TooManyTypes } from "./simulate.ts";
import type { SubgraphView, ViewType } from "./subgraph-view.ts";

/** Types within types multiply. */
const mostChars = 100_000;

/** Can a field of a type be asked for without being told anything? */
export function selectable(
	{ fields, keys }: ViewType,
	name: string,
	provided: SelectionSetNode | null = null,
): boolean {
	const field = fields.get(name);
	if (field === undefined || field.requires !== null) return false;
	return (
		!field.isExternal || fieldIn(provided, name) !== null || keys.some((key) => fieldIn(key.fields, name) !== null)
	);
}

/**
 * The text of a selection on objects that are `own` in a subgraph: what the subgraph has of the fields,
 * their type, and all keys by which the next subgraph may know them. Throws TooManyTypes.
 */
export function selectionOn(
	view: SubgraphView,
	own: ViewType,
	fields: readonly FieldNode[],
	types: GraphTypes,
	provided: SelectionSetNode | null,
): string {
	const parts = ["__typename"];
	for (const field of fields) {
		const name = field.name.value;
		if (name === "__typename") continue;
		const has = own.fields.get(name);
		if (has === undefined) continue;
		const given = fieldIn(provided, name);
		const { selectionSet, ...leaf } = field;
		const head = print(leaf);
		if (selectionSet === undefined) {
			parts.push(head);
			continue;
		}
		const inner = given?.selectionSet ?? has.provides;
		parts.push(`${head}${selectionWithin(view, has.typeName, selectionSet, types, inner)}`);
	}
	for (const key of own.keys) parts.push(...key.fields.selections.map(print));
	return `{${[...new Set(parts)].join(" ")}}`;
}

function selectionWithin(
	view: SubgraphView,
	typeName: string,
	selectionSet: SelectionSetNode,
	types: GraphTypes,
	provided: SelectionSetNode | null,
): string {
	const parts = types.objectsOf(view, typeName).map(([own, type]) => {
		// What an interface object is, is not known there: nothing that depends on it is asked for.
		const asked = own.isInterfaceObject ? plainFields(selectionSet) : fieldsFor(type, selectionSet, types);
		const fields = asked.filter(({ name }) => selectable(own, name.value, provided));
		const text = selectionOn(view, own, fields, types, provided);
		return own.name === typeName ? text.slice(1, -1) : `... on ${own.name}${text}`;
	});
	const text = `{__typename ${[...new Set(parts)].join(" ")}}`;
	if (text.length > mostChars) throw new TooManyTypes("A fetch over too many types");
	return text;
}

const plainFields = ({ selections }: SelectionSetNode): readonly FieldNode[] =>
	selections.flatMap((selection) => (selection.kind === Kind.FIELD ? [selection] : []));

function fieldIn(set: SelectionSetNode | null, name: string): FieldNode | null {
	return (
		set?.selections.find((node): node is FieldNode => node.kind === Kind.FIELD && node.name.value === name) ?? null
	);
}
