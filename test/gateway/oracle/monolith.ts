import {
	buildASTSchema,
	type DocumentNode,
	type ExecutionResult,
	execute,
	type GraphQLSchema,
	Kind,
	parse,
	type TypeNode,
	visit,
} from "graphql";
import { codeOf, type Thing, typeNode } from "./data.ts";
import { expectAnswered } from "./outage.ts";
import { fieldOf, isKeyField, trueValue } from "./resolve.ts";
import { keyFieldType, type World } from "./world.ts";

/** The same world as one schema on graphql-js. */
export interface Monolith {
	readonly schema: GraphQLSchema;
	/** `event`: of a subscription, what its fields are fields of. */
	execute(document: DocumentNode, variables: Record<string, unknown>, event?: Thing): MonolithResult;
}

export interface MonolithResult {
	readonly result: ExecutionResult;
	/**
	 * Every error that a correct execution may report, by its path: with all types nullable, nothing is left out because
	 * something beside it has failed before.
	 */
	readonly possible: ReadonlyMap<string, string>;
	/** By the paths of fields that are computed from others: the codes of what failed in those. */
	readonly required: ReadonlyMap<string, readonly string[]>;
	/** The paths of fields that are computed from others. */
	readonly computed: ReadonlySet<string>;
	/** The fields of a mutation, as they ran. */
	readonly mutated: readonly string[];
}

export function monolithOf(world: World, publicSdl: string): Monolith {
	const ast = parse(publicSdl, { noLocation: true });
	const schema = buildASTSchema(ast, { assumeValid: true });
	const loose = buildASTSchema(allNullable(ast), { assumeValid: true });
	const run = (
		against: GraphQLSchema,
		document: DocumentNode,
		variables: Record<string, unknown>,
		rootValue: Thing | undefined,
		seen: Seen,
	) =>
		execute({
			schema: against,
			document,
			rootValue,
			variableValues: variables,
			typeResolver: (value) => (value as Thing).__typename,
			fieldResolver: (source: Thing | undefined, args: object, _, info) => {
				const parent = source ?? { __typename: info.parentType.name, key: info.parentType.name };
				if (info.parentType.name === "Mutation") {
					expectAnswered(world, parent, fieldOf(world, "Mutation", info.fieldName));
					seen.mutated.push(info.fieldName);
				}
				if (parent.__typename === undefined) return (parent as unknown as Record<string, unknown>)[info.fieldName];
				const failed: string[] = [];
				if (isComputed(world, parent, info.fieldName)) seen.computed.add(JSON.stringify(keysOf(info.path)));
				let value: unknown;
				try {
					value = trueValue(world, parent, info.fieldName, args, failed);
				} finally {
					if (failed.length > 0) seen.required.set(JSON.stringify(keysOf(info.path)), failed);
				}
				violations(value, typeNode(typeOf(world, parent.__typename, info.fieldName)), keysOf(info.path), seen.violated);
				return value;
			},
		}) as ExecutionResult;

	return {
		schema,
		execute(document, variables, event) {
			const seen = nothingSeen();
			const result = run(schema, document, variables, event, seen);
			const all = nothingSeen();
			const everything = run(loose, document, variables, event, all);
			const possible = new Map<string, string>();
			for (const path of all.violated) possible.set(JSON.stringify(path), "INTERNAL_SERVER_ERROR");
			for (const error of everything.errors ?? []) possible.set(JSON.stringify(error.path), codeOf(error));
			return { result, possible, required: all.required, computed: all.computed, mutated: seen.mutated };
		},
	};
}

interface Seen {
	readonly mutated: string[];
	readonly violated: (readonly (string | number)[])[];
	readonly required: Map<string, readonly string[]>;
	readonly computed: Set<string>;
}

const nothingSeen = (): Seen => ({ mutated: [], violated: [], required: new Map(), computed: new Set() });

function isComputed(world: World, { __typename }: Thing, name: string): boolean {
	const entity = world.entities.find((type) => type.name === __typename);
	return entity?.fields.some((field) => field.name === name && field.requires !== undefined) ?? false;
}

/** As the schema says; without `!` the monolith would not know. */
function typeOf(world: World, type: string, field: string): string {
	if (world.entities.some(({ name }) => name === type) && isKeyField(world, type, field))
		return keyFieldType(type, field);
	return fieldOf(world, type, field).type;
}

/** Where a value is null and must not be. */
function violations(value: unknown, type: TypeNode, path: readonly (string | number)[], found: (typeof path)[]): void {
	if (type.kind === Kind.NON_NULL_TYPE) {
		if (value === null || value === undefined) found.push(path);
		else violations(value, type.type, path, found);
	} else if (type.kind === Kind.LIST_TYPE && Array.isArray(value)) {
		for (const [index, item] of value.entries()) violations(item, type.type, [...path, index], found);
	}
}

interface Path {
	readonly prev: Path | undefined;
	readonly key: string | number;
}

function keysOf(path: Path): (string | number)[] {
	return path.prev === undefined ? [path.key] : [...keysOf(path.prev), path.key];
}

function allNullable(ast: DocumentNode): DocumentNode {
	return visit(ast, {
		InputObjectTypeDefinition: () => false,
		InputValueDefinition: () => false,
		VariableDefinition: () => false,
		NonNullType: { leave: (node) => node.type },
	});
}
