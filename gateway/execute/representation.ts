import type { RequiresSelection } from "@graphql-hive/router-query-planner";
import { type Data, isData } from "./data.ts";
import { FieldFailure } from "./field-failure.ts";
import type { TypeConditions } from "./type-conditions.ts";

/** What a subgraph is told of an entity, to find it and to compute from. */
export type Representation = Record<string, unknown>;

/** What was met on the way. */
export interface RepresentationNotes {
	/** A required field failed and is sent as null. */
	failure: FieldFailure | null;
}

/** Null: the entity is of another type, or lacks what the subgraph requires. */
export type Represent = (
	entity: Data,
	variables: Readonly<Record<string, unknown>>,
	notes: RepresentationNotes,
) => Representation | null;

export interface RequiredField {
	/** Under which the data has it. */
	readonly source: string;
	/** Under which it is sent. */
	readonly name: string;
	readonly selections: readonly RequiresSelection[] | null;
}

/** Reads representations by the `requires` of a fetch. Which fields an object of a type has to have is found once. */
export function compileRepresent(requires: readonly RequiresSelection[], satisfies: TypeConditions): Represent {
	const conditional = isConditional(requires);
	const cache = new WeakMap<readonly RequiresSelection[], Map<string, readonly RequiredField[]>>();

	const fieldsOf = (
		selections: readonly RequiresSelection[],
		typename: string,
		variables: Readonly<Record<string, unknown>>,
	): readonly RequiredField[] => {
		if (conditional) return requiredFields(selections, typename, satisfies, variables);
		const byType = cache.get(selections) ?? new Map<string, readonly RequiredField[]>();
		if (byType.size === 0) cache.set(selections, byType);
		let fields = byType.get(typename);
		if (fields === undefined) {
			fields = requiredFields(selections, typename, satisfies, variables);
			// The names come from subgraphs: more of them than a supergraph can have types must not pile up.
			if (byType.size < 1000) byType.set(typename, fields);
		}
		return fields;
	};

	const represent = (
		object: Data,
		selections: readonly RequiresSelection[],
		variables: Readonly<Record<string, unknown>>,
		notes: RepresentationNotes,
	): Representation | null => {
		const typename = object["__typename"];
		const fields = fieldsOf(selections, typeof typename === "string" ? typename : "", variables);
		const representation: Representation = {};
		for (const { source, name, selections: inner } of fields) {
			const value = object[source];
			if (value instanceof FieldFailure) {
				notes.failure ??= value;
				representation[name] = null;
			} else if (value === undefined || typeof value === "function") return null;
			else if (inner === null || value === null) representation[name] = leaf(value, notes);
			else {
				const nested = nest(value, inner, variables, notes);
				if (nested === undefined) return null;
				representation[name] = nested;
			}
		}
		return fields.length === 0 ? null : representation;
	};

	/** Undefined: something within lacks what is required. */
	const nest = (
		value: unknown,
		selections: readonly RequiresSelection[],
		variables: Readonly<Record<string, unknown>>,
		notes: RepresentationNotes,
	): unknown => {
		if (value instanceof FieldFailure) {
			notes.failure ??= value;
			return null;
		}
		if (value === null) return null;
		if (Array.isArray(value)) {
			const items = value.map((item) => nest(item, selections, variables, notes));
			return items.includes(undefined) ? undefined : items;
		}
		return isData(value) ? (represent(value, selections, variables, notes) ?? undefined) : undefined;
	};

	return (entity, variables, notes) => {
		const typename = entity["__typename"];
		if (typeof typename !== "string") return null;
		const representation = represent(entity, requires, variables, notes);
		if (representation !== null) representation["__typename"] ??= typename;
		return representation;
	};
}

/** Do variables decide on what is required? */
export const isConditional = (requires: readonly RequiresSelection[]): boolean =>
	JSON.stringify(requires).includes('If":');

/** A value without what failed in its lists. */
function leaf(value: unknown, notes: RepresentationNotes): unknown {
	if (!Array.isArray(value)) return value;
	const items: readonly unknown[] = value;
	return items.map((item) => {
		if (!(item instanceof FieldFailure)) return leaf(item, notes);
		notes.failure ??= item;
		return null;
	});
}

/** `typename` is empty where the object does not say it: then all fragments count. */
export function requiredFields(
	selections: readonly RequiresSelection[],
	typename: string,
	satisfies: TypeConditions,
	variables: Readonly<Record<string, unknown>>,
): readonly RequiredField[] {
	const fields = new Map<string, RequiredField>();
	const collect = (selection: RequiresSelection): void => {
		if (selection.kind === "Field") {
			const { name, alias, selections: inner } = selection;
			// The plan may have fetched it under a name of its own: then that is `name`, and `alias` is what it is sent as.
			const sent = alias ?? name;
			const before = fields.get(sent)?.selections;
			const merged = inner === undefined || inner.length === 0 ? null : [...(before ?? []), ...inner];
			fields.set(sent, { source: name, name: sent, selections: merged });
		} else if (selection.kind === "InlineFragment") {
			const { typeCondition, selections: inner, skipIf, includeIf } = selection;
			if (typename !== "" && !satisfies(typename, typeCondition)) return;
			if (skipIf !== undefined && variables[skipIf] === true) return;
			if (includeIf !== undefined && variables[includeIf] !== true) return;
			inner.forEach(collect);
		}
	};
	selections.forEach(collect);
	return [...fields.values()];
}
