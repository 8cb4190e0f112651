import type { QueryPlan } from "@graphql-hive/router-query-planner";
import { Kind, type OperationDefinitionNode, type SelectionSetNode } from "graphql";
import type { GraphTypes } from "./graph-types.ts";
import { type KnownObject, printArguments } from "./known-object.ts";
import { simulate } from "./simulate.ts";

/**
 * What a plan does not do, or does wrongly, of the operation that it was made of: nothing, if it is sound. The operation is
 * written out, with the keys that it was planned under. Throws TooManyTypes.
 */
export function flawsOf(plan: QueryPlan, operation: OperationDefinitionNode, types: GraphTypes): readonly string[] {
	const { data, problems } = simulate(plan, operation.operation, types);
	const flaws = new Set(problems);
	read(data, operation.selectionSet, data.type, "", { types, flaws });
	unread(data, "", flaws);
	return [...flaws];
}

/** Is all there that the client asks for, whatever the types? */
function read(
	object: KnownObject,
	{ selections }: SelectionSetNode,
	seenAs: string,
	path: string,
	context: { readonly types: GraphTypes; readonly flaws: Set<string> },
): void {
	const { types, flaws } = context;
	const needType = (): void => {
		if (types.isAbstract(seenAs) && object.typename !== object.type) {
			flaws.add(`${path}: it is not known that it is a ${object.type}`);
		}
	};
	for (const selection of selections) {
		if (selection.kind === Kind.INLINE_FRAGMENT) {
			const condition = selection.typeCondition?.name.value ?? object.type;
			if (!types.satisfies(object.type, condition)) continue;
			needType();
			read(object, selection.selectionSet, condition, path, context);
		}
		if (selection.kind !== Kind.FIELD) continue;
		const name = selection.name.value;
		if (name === "__typename") {
			needType();
			continue;
		}
		const key = selection.alias?.value ?? name;
		const at = `${path}/${key}`;
		const known = object.fields.get(key);
		if (known === undefined) flaws.add(`${at}: nobody is asked for ${object.type}.${name}`);
		else if (known.name !== name || known.args !== printArguments(selection.arguments)) {
			flaws.add(`${at}: it is ${known.name}(${known.args}), not ${name}`);
		} else {
			known.isRead = true;
			if (selection.selectionSet === undefined) continue;
			const type = types.fieldType(object.type, name) ?? "";
			for (const child of known.objects?.values() ?? []) {
				if (!types.mayBe(object.type, name, child.type)) continue;
				read(child, selection.selectionSet, type, `${at}(${child.type})`, context);
			}
		}
	}
}

/** What nobody reads may be asked for, but not where it takes along what somebody reads. */
function unread(object: KnownObject, path: string, flaws: Set<string>): void {
	for (const [key, { isRead, bubbles, name, objects }] of object.fields) {
		if (!isRead) {
			if (bubbles)
				flaws.add(`${path}/${key}: nobody reads ${object.type}.${name}, which takes along what is beside it`);
			continue;
		}
		for (const child of objects?.values() ?? []) unread(child, `${path}/${key}(${child.type})`, flaws);
	}
}
