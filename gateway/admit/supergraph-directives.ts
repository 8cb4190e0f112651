import {
	type ConstDirectiveNode,
	type DocumentNode,
	type FieldDefinitionNode,
	Kind,
	valueFromASTUntyped,
} from "graphql";

/** The arguments of a directive where it stands, with nothing filled in. */
export type DirectiveArguments = Readonly<Record<string, unknown>>;

/**
 * Where one directive stands in a supergraph: by schema coordinate, `Type`, `Type.field`, `Type.field(argument:)`; a field of
 * an input object is `Type.field`, too.
 */
export type AppliedDirective = ReadonlyMap<string, DirectiveArguments>;

/** Finds every place of the directives, by their names as the supergraph writes them. Linear in the supergraph. */
export function appliedDirectives(
	{ definitions }: DocumentNode,
	names: readonly string[],
): ReadonlyMap<string, AppliedDirective> {
	const found = new Map(names.map((name) => [name, new Map<string, DirectiveArguments>()]));
	const collect = (coordinate: string, directives: readonly ConstDirectiveNode[] | undefined): void => {
		for (const directive of directives ?? []) found.get(directive.name.value)?.set(coordinate, argumentsOf(directive));
	};
	const collectField = (type: string, field: FieldDefinitionNode): void => {
		collect(`${type}.${field.name.value}`, field.directives);
		for (const argument of field.arguments ?? []) {
			collect(`${type}.${field.name.value}(${argument.name.value}:)`, argument.directives);
		}
	};
	for (const definition of definitions) {
		switch (definition.kind) {
			case Kind.OBJECT_TYPE_DEFINITION:
			case Kind.INTERFACE_TYPE_DEFINITION:
				collect(definition.name.value, definition.directives);
				for (const field of definition.fields ?? []) collectField(definition.name.value, field);
				break;
			case Kind.INPUT_OBJECT_TYPE_DEFINITION:
				collect(definition.name.value, definition.directives);
				for (const field of definition.fields ?? []) {
					collect(`${definition.name.value}.${field.name.value}`, field.directives);
				}
				break;
			case Kind.UNION_TYPE_DEFINITION:
			case Kind.ENUM_TYPE_DEFINITION:
			case Kind.SCALAR_TYPE_DEFINITION:
				collect(definition.name.value, definition.directives);
				break;
			default:
		}
	}
	return found;
}

/**
 * What a supergraph calls a directive of a linked specification: imported under its own name or another one, or, not imported,
 * behind the name of the specification. `specification` is the address without its version. Null: it is not linked.
 */
export function linkedName({ definitions }: DocumentNode, specification: string, directive: string): string | null {
	for (const definition of definitions) {
		if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
		for (const link of definition.directives ?? []) {
			const { url, as, import: imports } = argumentsOf(link);
			if (link.name.value !== "link" || typeof url !== "string" || !url.startsWith(`${specification}/v`)) continue;
			const imported = importedName(Array.isArray(imports) ? imports : [], directive);
			if (imported !== null) return imported;
			const namespace = typeof as === "string" ? as : specification.slice(specification.lastIndexOf("/") + 1);
			return directive === specification.slice(specification.lastIndexOf("/") + 1)
				? namespace
				: `${namespace}__${directive}`;
		}
	}
	return null;
}

function importedName(imports: readonly unknown[], directive: string): string | null {
	for (const each of imports) {
		if (each === `@${directive}`) return directive;
		if (typeof each !== "object" || each === null || !("name" in each) || each.name !== `@${directive}`) continue;
		return "as" in each && typeof each.as === "string" ? each.as.replace(/^@/, "") : directive;
	}
	return null;
}

function argumentsOf(directive: ConstDirectiveNode): DirectiveArguments {
	return Object.fromEntries(
		(directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
	);
}
