import type { Column } from "../values/type.ts";
import type { EntityDefinition, ViewDefinition } from "./model.ts";

interface Known {
	readonly entities: ReadonlyMap<string, EntityDefinition>;
	readonly views: ReadonlyMap<string, ViewDefinition>;
}

/** The join keys that a view is read by, repeated where several of its entities or inputs have them. Unknown ones are left out. */
export function joinKeysOf(known: Known, view: ViewDefinition, above: readonly string[] = []): readonly Column[] {
	if (view.viewKind === "BATCH") return view.entities.flatMap((name) => known.entities.get(name)?.joinKeys ?? []);
	return view.inputs.views.flatMap((name) => {
		const input = known.views.get(name);
		return input === undefined || above.includes(name) ? [] : joinKeysOf(known, input, [...above, view.name]);
	});
}

/** Request data of an on-demand view and of those that it is over, by name; its own first. */
export function requestColumnsOf(known: Known, view: ViewDefinition): ReadonlyMap<string, Column> {
	const columns = new Map<string, Column>();
	const seen = new Set<string>();
	const collect = (each: ViewDefinition | undefined): void => {
		if (each?.viewKind !== "ON_DEMAND" || seen.has(each.name)) return;
		seen.add(each.name);
		for (const column of each.inputs.request) if (!columns.has(column.name)) columns.set(column.name, column);
		for (const input of each.inputs.views) collect(known.views.get(input));
	};
	collect(view);
	return columns;
}

/** Names of the entities that a view hangs on, in order, each once. */
export function entitiesOf(known: Known, view: ViewDefinition, above: readonly string[] = []): readonly string[] {
	if (view.viewKind === "BATCH") return [...new Set(view.entities)];
	const names = view.inputs.views.flatMap((name) => {
		const input = known.views.get(name);
		return input === undefined || above.includes(name) ? [] : entitiesOf(known, input, [...above, view.name]);
	});
	return [...new Set(names)];
}
