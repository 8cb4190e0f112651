import { Kind, type NameNode, print, type ValueNode } from "graphql";

/** What is known, at one place of a response, of the objects of one type, as a plan goes on. */
export interface KnownObject {
	/** What they are. */
	readonly type: string;
	/** What the data say that they are: an interface, where a subgraph knows it as an object; null: nothing. */
	typename: string | null;
	/** By the key in the data. */
	readonly fields: Map<string, KnownField>;
}

export interface KnownField {
	readonly name: string;
	readonly args: string;
	/** What may be there, by type; null: a leaf. */
	readonly objects: Map<string, KnownObject> | null;
	/** Where it is null against its type, its object is not answered at all. */
	bubbles: boolean;
	/** The client has asked for it, or a fetch is told it. */
	isRead: boolean;
}

/** Arguments in one form, however they are written. */
export function printArguments(
	given: readonly { readonly name: NameNode; readonly value: ValueNode }[] | undefined,
): string {
	if (given === undefined || given.length === 0) return "";
	return given
		.map(({ name, value }) => `${name.value}: ${printValue(value)}`)
		.sort()
		.join(", ");
}

function printValue(value: ValueNode): string {
	switch (value.kind) {
		case Kind.OBJECT:
			return `{${printArguments(value.fields)}}`;
		case Kind.LIST:
			return `[${value.values.map(printValue).join(", ")}]`;
		case Kind.FLOAT:
		case Kind.INT:
			return String(Number(value.value));
		case Kind.STRING:
			return JSON.stringify(value.value);
		default:
			return print(value);
	}
}
