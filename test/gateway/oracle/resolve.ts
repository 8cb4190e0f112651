import { GraphQLError, Kind, type SelectionSetNode, type TypeNode } from "graphql";
import { codeOf, computedValue, fieldValue, keyValue, type Thing, typeNode } from "./data.ts";
import { asRequired, broughtBy, expectAnswered } from "./outage.ts";
import { selectionOf } from "./sdl.ts";
import {
	entityOf,
	type Field,
	interfacesOf,
	type KeyFieldName,
	keyFieldsOf,
	type OwnedField,
	type World,
} from "./world.ts";

/** The truth about a world: what each field of it is, whoever answers it. */

export function isKeyField(world: World, entity: string, name: string): name is KeyFieldName {
	return entityOf(world, entity).homes.some(({ keys }) => keyFieldsOf(keys).some((field) => field === name));
}

/** The field of an object type by its name, its keys apart. */
export function fieldOf(world: World, type: string, name: string): OwnedField | Field {
	const fields: readonly (OwnedField | Field)[] =
		type === "Query"
			? world.queries
			: type === "Mutation"
				? world.mutations
				: type === "Subscription"
					? (world.subscriptions ?? [])
					: (world.values.find((value) => value.name === type)?.fields ?? [
							...entityOf(world, type).fields,
							...interfacesOf(world, type).flatMap(({ object }) => object?.fields ?? []),
						]);
	const found = fields.find((field) => field.name === name);
	if (found === undefined) throw new Error(`No field ${type}.${name}`);
	return found;
}

/** What a field is; throws what the field throws. `failed` takes the codes of what failed in fields that it is computed from. */
export function trueValue(world: World, parent: Thing, name: string, args: object, failed: string[] = []): unknown {
	if (
		world.entities.some((entity) => entity.name === parent.__typename) &&
		isKeyField(world, parent.__typename, name)
	) {
		return keyValue(parent, name);
	}
	const field = fieldOf(world, parent.__typename, name);
	expectAnswered(world, parent, field);
	if (!("requires" in field) || field.requires === undefined) {
		return broughtBy(world, parent, field, fieldValue(world, parent, field, args));
	}
	const required = trueSelection(world, asRequired(world, parent, field), selectionOf(field.requires), failed);
	return broughtBy(world, parent, field, computedValue(world, parent, field, args, required));
}

class Bubble extends Error {}

/** A selection as a response has it: null where something failed, up to the next position that may be null. */
function trueSelection(
	world: World,
	parent: Thing,
	{ selections }: SelectionSetNode,
	failed: string[],
): Record<string, unknown> {
	const result: Record<string, unknown> = {};
	for (const node of selections) {
		if (node.kind !== Kind.FIELD) continue;
		const name = node.name.value;
		const type = typeNode(fieldOf(world, parent.__typename, name).type);
		let value: unknown;
		try {
			value = trueValue(world, parent, name, {}, failed);
		} catch (error) {
			failed.push(error instanceof GraphQLError ? codeOf(error) : "INTERNAL_SERVER_ERROR");
			value = null;
		}
		result[name] = completed(world, value, type, node.selectionSet, failed);
	}
	return result;
}

function completed(
	world: World,
	value: unknown,
	type: TypeNode,
	selection: SelectionSetNode | undefined,
	failed: string[],
): unknown {
	if (type.kind === Kind.NON_NULL_TYPE) {
		const present = completed(world, value, type.type, selection, failed);
		if (present === null) {
			failed.push("INTERNAL_SERVER_ERROR");
			throw new Bubble();
		}
		return present;
	}
	if (value instanceof GraphQLError) failed.push(codeOf(value));
	if (value === null || value === undefined || value instanceof Error) return null;
	try {
		if (type.kind === Kind.LIST_TYPE && Array.isArray(value)) {
			return value.map((item) => completed(world, item, type.type, selection, failed));
		}
		return selection === undefined ? value : trueSelection(world, value as Thing, selection, failed);
	} catch (error) {
		if (error instanceof Bubble) return null;
		throw error;
	}
}
