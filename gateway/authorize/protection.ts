import {
	type ConstDirectiveNode,
	type ConstValueNode,
	type DocumentNode,
	Kind,
	OperationTypeNode,
	parse,
	type SelectionSetNode,
	type TypeNode,
} from "graphql";
import { linkedName } from "../admit/supergraph-directives.ts";
import { type Alternatives, allOf, noRequirement, type Requirement } from "./requirement.ts";

/** What the access directives of a supergraph ask for. */
export interface Protection {
	/** Whether there are any at all. */
	readonly isEmpty: boolean;
	/** The name of the type that an operation of this kind begins at. */
	rootType(kind: OperationTypeNode): string | null;
	/** The named type of a field; null: it is none of the supergraph, such as `__typename`. */
	fieldType(type: string, field: string): string | null;
	/** Everything that selecting the field on this type asks for. */
	requirementOf(type: string, field: string): Requirement;
}

interface ProtectedType {
	readonly own: Requirement;
	readonly interfaces: readonly string[];
	readonly fields: ReadonlyMap<string, ProtectedField>;
}

interface ProtectedField {
	readonly own: Requirement;
	/** Its named type. */
	readonly type: string;
	/** Selections on its parent that a subgraph gets to make it (`@requires`). */
	readonly requires: readonly string[];
}

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy`, whatever the supergraph calls them. A field asks for what
 * stands on itself, on the type that it is selected on and on the type that it returns, and further for
 * - on an interface, what each implementation asks for, since any of them may answer: a fragment on one of them asks for its
 *   own alone (composers of today write the former into the supergraph, those of yesterday did not);
 * - what the fields that it `@requires` ask for, of which it may tell.
 */
export function protectionOf(supergraph: DocumentNode): Protection {
	const types = readTypes(supergraph);
	const roots = rootTypes(supergraph);
	const implementations = Map.groupBy(
		[...types].flatMap(([name, { interfaces }]) => interfaces.map((each) => ({ each, name }))),
		({ each }) => each,
	);
	const known = new Map<string, Requirement>();

	const onType = (name: string): Requirement => types.get(name)?.own ?? noRequirement;
	const ofItself = (typeName: string, fieldName: string): Requirement[] => {
		const field = types.get(typeName)?.fields.get(fieldName);
		return field === undefined ? [onType(typeName)] : [onType(typeName), field.own, onType(field.type)];
	};
	const requirementOf = (typeName: string, fieldName: string): Requirement => {
		const coordinate = `${typeName}.${fieldName}`;
		const found = known.get(coordinate);
		if (found !== undefined) return found;
		// A circle of fields that require each other asks for what each of them asks for by itself.
		known.set(coordinate, allOf(ofItself(typeName, fieldName)));
		const requirement = allOf(partsOf(typeName, fieldName));
		known.set(coordinate, requirement);
		return requirement;
	};
	const partsOf = (typeName: string, fieldName: string): Requirement[] => {
		const type = types.get(typeName);
		return [
			...ofItself(typeName, fieldName),
			...(implementations.get(typeName) ?? []).map(({ name }) => requirementOf(name, fieldName)),
			...(type?.fields.get(fieldName)?.requires ?? []).flatMap((text) => ofSelection(typeName, selectionOf(text))),
		];
	};
	const ofSelection = (typeName: string, { selections }: SelectionSetNode): Requirement[] =>
		selections.flatMap((selection) => {
			if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
			if (selection.kind === Kind.INLINE_FRAGMENT) {
				return ofSelection(selection.typeCondition?.name.value ?? typeName, selection.selectionSet);
			}
			const name = selection.name.value;
			const type = types.get(typeName)?.fields.get(name)?.type;
			const inner =
				type === undefined || selection.selectionSet === undefined ? [] : ofSelection(type, selection.selectionSet);
			return name === "__typename" ? [] : [requirementOf(typeName, name), ...inner];
		});

	return {
		isEmpty: ![...types.values()].some(
			({ own, fields }) => own !== noRequirement || [...fields.values()].some((field) => field.own !== noRequirement),
		),
		rootType: (kind) => roots.get(kind) ?? null,
		fieldType: (type, field) => types.get(type)?.fields.get(field)?.type ?? null,
		requirementOf,
	};
}

function readTypes(supergraph: DocumentNode): ReadonlyMap<string, ProtectedType> {
	const requirement = requirementReader(supergraph);
	const types = new Map<string, ProtectedType>();
	for (const definition of supergraph.definitions) {
		switch (definition.kind) {
			case Kind.OBJECT_TYPE_DEFINITION:
			case Kind.INTERFACE_TYPE_DEFINITION: {
				const fields = (definition.fields ?? []).map(({ name, type, directives }): [string, ProtectedField] => [
					name.value,
					{ own: requirement(directives), type: namedType(type), requires: requiresOf(directives) },
				]);
				types.set(definition.name.value, {
					own: requirement(definition.directives),
					interfaces: (definition.interfaces ?? []).map(({ name }) => name.value),
					fields: new Map(fields),
				});
				break;
			}
			case Kind.SCALAR_TYPE_DEFINITION:
			case Kind.ENUM_TYPE_DEFINITION:
				types.set(definition.name.value, {
					own: requirement(definition.directives),
					interfaces: [],
					fields: new Map(),
				});
				break;
			default:
		}
	}
	return types;
}

/** The directives are found by what the supergraph calls them, and by their own names in any case. */
function requirementReader(
	supergraph: DocumentNode,
): (directives: readonly ConstDirectiveNode[] | undefined) => Requirement {
	const namesOf = (directive: string) =>
		new Set([directive, linkedName(supergraph, `https://specs.apollo.dev/${directive}`, directive)]);
	const authenticated = namesOf("authenticated");
	const requiresScopes = namesOf("requiresScopes");
	const policy = namesOf("policy");
	return (directives = []) =>
		allOf(
			directives.map((directive) => {
				const name = directive.name.value;
				return {
					authenticated: authenticated.has(name),
					scopes: requiresScopes.has(name) ? [alternativesOf(directive, "scopes")] : [],
					policies: policy.has(name) ? [alternativesOf(directive, "policies")] : [],
				};
			}),
		);
}

function alternativesOf(directive: ConstDirectiveNode, argument: string): Alternatives {
	const value = directive.arguments?.find(({ name }) => name.value === argument)?.value;
	return listed(value).map((group) => listed(group).flatMap((name) => (name.kind === Kind.STRING ? [name.value] : [])));
}

/** A single value stands for a list of itself. */
const listed = (value: ConstValueNode | undefined): readonly ConstValueNode[] =>
	value === undefined ? [] : value.kind === Kind.LIST ? value.values : [value];

const requiresOf = (directives: readonly ConstDirectiveNode[] | undefined): string[] =>
	(directives ?? []).flatMap(({ name, arguments: args = [] }) =>
		name.value !== "join__field"
			? []
			: args.flatMap(({ name: argument, value }) =>
					argument.value === "requires" && value.kind === Kind.STRING ? [value.value] : [],
				),
	);

function selectionOf(fieldSet: string): SelectionSetNode {
	const [operation] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
	if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No field set: ${fieldSet}`);
	return operation.selectionSet;
}

function namedType(type: TypeNode): string {
	return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function rootTypes({ definitions }: DocumentNode): ReadonlyMap<OperationTypeNode, string> {
	const roots = new Map([
		[OperationTypeNode.QUERY, "Query"],
		[OperationTypeNode.MUTATION, "Mutation"],
		[OperationTypeNode.SUBSCRIPTION, "Subscription"],
	]);
	for (const definition of definitions) {
		if (definition.kind !== Kind.SCHEMA_DEFINITION) continue;
		for (const { operation, type } of definition.operationTypes) roots.set(operation, type.name.value);
	}
	return roots;
}
