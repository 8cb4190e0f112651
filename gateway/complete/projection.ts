import {
	type FieldNode,
	type GraphQLEnumType,
	type GraphQLInterfaceType,
	type GraphQLObjectType,
	type GraphQLOutputType,
	type GraphQLScalarType,
	type GraphQLUnionType,
	isEnumType,
	isInterfaceType,
	isListType,
	isNonNullType,
	isObjectType,
	isScalarType,
	isSpecifiedScalarType,
	isUnionType,
	Kind,
	type SelectionSetNode,
} from "graphql";
import type { Withholding } from "../authorize/withheld-fields.ts";
import type { PlannedKey } from "../execute/planned-key.ts";
import { collectFields, type Selecting } from "./collect-fields.ts";
import type { Introspect } from "./introspection.ts";

/** What is read of an object, in the order of the response. */
export interface ObjectProjection {
	readonly type: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType;
	readonly fields: readonly FieldProjection[];
	/** A response key is `__proto__`, which only an object without a prototype can have as any other. */
	readonly bare: boolean;
}

export interface FieldProjection {
	/** The response key. */
	readonly key: string;
	/** The key that the merged data have it under. */
	readonly source: string;
	readonly value: ValueProjection;
}

interface Value {
	readonly nonNull: boolean;
	/** The field, as `Type.field`. */
	readonly coordinate: string;
}

export type ValueProjection =
	| ({ readonly kind: "scalar"; readonly type: GraphQLScalarType | null } & Value)
	| ({ readonly kind: "enum"; readonly type: GraphQLEnumType } & Value)
	| ({ readonly kind: "list"; readonly item: ValueProjection } & Value)
	| ({ readonly kind: "object"; readonly object: ObjectProjection } & Value)
	| ({ readonly kind: "abstract"; readonly abstract: AbstractProjection } & Value)
	| ({ readonly kind: "typename"; readonly name: string | null } & Value)
	| ({ readonly kind: "introspection"; readonly key: string; readonly nodes: readonly FieldNode[] } & Value)
	| ({ readonly kind: "withheld"; readonly reason: Withholding } & Value);

/** Objects of several types: each is projected by its own. */
export interface AbstractProjection {
	readonly type: GraphQLInterfaceType | GraphQLUnionType;
	/** Null: not a type that clients may see here. */
	of(typename: string): ObjectProjection | null;
	/** Where the data do not tell the type: what all its types have in common. */
	readonly untyped: ObjectProjection;
	/** Does what is read of an object depend on its type? */
	readonly typed: boolean;
	/** Every way in which an object may be projected here. */
	all(): readonly ObjectProjection[];
}

export interface ProjectionContext extends Selecting {
	/** Why the principal may not read some of the fields. */
	readonly withheld: ReadonlyMap<FieldNode, Withholding>;
	readonly introspect: Introspect;
	readonly plannedKey: PlannedKey;
}

/** Compiles what a response has of an object of `type`, for one setting of the variables that decide on fields. */
export function projectObject(
	context: ProjectionContext,
	type: ObjectProjection["type"],
	selectionSets: readonly SelectionSetNode[],
): ObjectProjection {
	const collected = collectFields(context, type, selectionSets);
	const fields = [...collected].map(([key, nodes]) => projectField(context, type, key, nodes));
	return { type, fields, bare: collected.has("__proto__") };
}

function projectField(
	context: ProjectionContext,
	parent: ObjectProjection["type"],
	key: string,
	nodes: readonly FieldNode[],
): FieldProjection {
	const [node] = nodes;
	const name = node?.name.value ?? key;
	const source = node === undefined ? key : context.plannedKey(node);
	return { key, source, value: projectFieldValue(context, parent, key, name, nodes) };
}

function projectFieldValue(
	context: ProjectionContext,
	parent: ObjectProjection["type"],
	key: string,
	name: string,
	nodes: readonly FieldNode[],
): ValueProjection {
	const coordinate = `${parent.name}.${name}`;
	if (name === "__typename") {
		return { kind: "typename", name: isObjectType(parent) ? parent.name : null, nonNull: true, coordinate };
	}
	if (name === "__schema") return { kind: "introspection", key, nodes, nonNull: true, coordinate };
	if (name === "__type") return { kind: "introspection", key, nodes, nonNull: false, coordinate };
	const field = isUnionType(parent) ? undefined : parent.getFields()[name];
	if (field === undefined) throw new Error(`A document that was not validated: there is no field ${coordinate}`);
	for (const node of context.withheld.size === 0 ? [] : nodes) {
		const reason = context.withheld.get(node);
		if (reason !== undefined) return { kind: "withheld", reason, nonNull: isNonNullType(field.type), coordinate };
	}
	const selectionSets = nodes.flatMap(({ selectionSet }) => (selectionSet === undefined ? [] : [selectionSet]));
	return projectValue(context, field.type, selectionSets, coordinate);
}

function projectValue(
	context: ProjectionContext,
	type: GraphQLOutputType,
	selectionSets: readonly SelectionSetNode[],
	coordinate: string,
): ValueProjection {
	if (isNonNullType(type)) return { ...projectValue(context, type.ofType, selectionSets, coordinate), nonNull: true };
	const value = { nonNull: false, coordinate };
	if (isListType(type)) {
		return { kind: "list", item: projectValue(context, type.ofType, selectionSets, coordinate), ...value };
	}
	if (isObjectType(type)) return { kind: "object", object: projectObject(context, type, selectionSets), ...value };
	if (isEnumType(type)) return { kind: "enum", type, ...value };
	if (isScalarType(type)) return { kind: "scalar", type: isSpecifiedScalarType(type) ? type : null, ...value };
	return { kind: "abstract", abstract: projectAbstract(context, type, selectionSets), ...value };
}

function projectAbstract(
	context: ProjectionContext,
	type: GraphQLInterfaceType | GraphQLUnionType,
	selectionSets: readonly SelectionSetNode[],
): AbstractProjection {
	const { schema } = context;
	const byName = new Map<string, ObjectProjection>();
	const untyped = projectObject(context, type, selectionSets);
	// A subgraph that knows an interface as an object answers with its name.
	if (isInterfaceType(type)) byName.set(type.name, untyped);
	const possible = new Map(schema.getPossibleTypes(type).map((member) => [member.name, member]));
	const of = (typename: string): ObjectProjection | null => {
		const known = byName.get(typename);
		if (known !== undefined) return known;
		const member = possible.get(typename);
		if (member === undefined) return null;
		const projection = projectObject(context, member, selectionSets);
		byName.set(typename, projection);
		return projection;
	};
	const all = () => [untyped, ...[...possible.keys()].flatMap((typename) => of(typename) ?? [])];
	return { type, untyped, of, all, typed: dependsOnType(selectionSets) };
}

const dependsOnType = (selectionSets: readonly SelectionSetNode[]): boolean =>
	selectionSets.some(({ selections }) =>
		selections.some((selection) => selection.kind !== Kind.FIELD || selection.name.value === "__typename"),
	);
