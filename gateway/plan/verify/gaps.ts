import type { FlattenNodePathSegment } from "@graphql-hive/router-query-planner";
import { type FieldNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from "graphql";
import type { GraphTypes } from "./graph-types.ts";
import type { KnownObject } from "./known-object.ts";

/** What an operation asks of the objects of one type at one place, and nobody has brought yet. */
export interface Gap {
	readonly path: readonly FlattenNodePathSegment[];
	readonly object: KnownObject;
	/** Empty: it is not known of what type they are. */
	readonly fields: readonly FieldNode[];
}

/** What is missing next: of objects that are missing themselves, nothing is said. */
export function gapsOf(data: KnownObject, operation: OperationDefinitionNode, types: GraphTypes): readonly Gap[] {
	const gaps: Gap[] = [];
	const look = (object: KnownObject, sets: readonly SelectionSetNode[], path: Gap["path"]): void => {
		const isRoot = path.length === 0;
		const fields = sets.flatMap((set) => fieldsFor(object.type, set, types));
		const missing = fields.filter((field) => field.name.value !== "__typename" && !object.fields.has(keyOf(field)));
		const isTyped = isRoot || object.typename === object.type;
		if (!isTyped && (missing.length > 0 || sets.some(dependsOnType))) {
			gaps.push({ path, object, fields: [] });
			return;
		}
		if (missing.length > 0) gaps.push({ path, object, fields: missing });
		for (const [key, known] of object.fields) {
			const inner = fields.flatMap((field) =>
				keyOf(field) === key && field.selectionSet !== undefined ? [field.selectionSet] : [],
			);
			if (inner.length === 0) continue;
			for (const child of known.objects?.values() ?? []) {
				if (!types.mayBe(object.type, known.name, child.type)) continue;
				const isOneOfSeveral = (known.objects?.size ?? 0) > 1 && child.typename === child.type;
				const condition = isOneOfSeveral ? [{ TypeCondition: [child.type] }] : [];
				look(child, inner, [...path, { Field: key }, ...condition]);
			}
		}
	};
	look(data, [operation.selectionSet], []);
	return gaps;
}

export const keyOf = ({ alias, name }: FieldNode): string => alias?.value ?? name.value;

const dependsOnType = ({ selections }: SelectionSetNode): boolean =>
	selections.some((selection) => selection.kind !== Kind.FIELD || selection.name.value === "__typename");

/** The fields that a selection asks of an object of a type. */
export function fieldsFor(type: string, { selections }: SelectionSetNode, types: GraphTypes): readonly FieldNode[] {
	return selections.flatMap((selection) => {
		if (selection.kind === Kind.FIELD) return [selection];
		if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
		const condition = selection.typeCondition?.name.value ?? type;
		return types.satisfies(type, condition) ? fieldsFor(type, selection.selectionSet, types) : [];
	});
}
