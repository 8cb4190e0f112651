import {
	type DocumentNode,
	type FieldNode,
	type FragmentDefinitionNode,
	type GraphQLError,
	type GraphQLSchema,
	Kind,
	type OperationDefinitionNode,
} from "graphql";
import type { Withholding } from "../authorize/withheld-fields.ts";
import type { Data } from "../execute/data.ts";
import type { FieldError } from "../execute/field-failure.ts";
import { conditionVariables } from "./condition-variables.ts";
import { introspectionOf } from "./introspection.ts";
import { type ObjectProjection, projectObject } from "./projection.ts";
import { Projector } from "./projector.ts";
import { ResponseErrors } from "./response-errors.ts";

/** Makes responses of one operation from merged data. */
export type Completion = (
	data: Data,
	variables: Readonly<Record<string, unknown>>,
	stray: readonly FieldError[],
) => Completed;

export interface Completed {
	readonly data: Data | null;
	readonly errors: readonly GraphQLError[];
}

export interface CompletionOptions {
	/** The public one. */
	readonly schema: GraphQLSchema;
	readonly document: DocumentNode;
	readonly operation: OperationDefinitionNode;
	/** Why the principal may not read some of its fields. */
	readonly withheld: ReadonlyMap<FieldNode, Withholding>;
	readonly mostErrors: number;
}

/** Variables that decide on fields make as many projections as are used, up to this. */
const mostProjections = 64;

/** Compiles the completion of an operation, once for each setting of the variables by which it includes and skips. */
export function completionOf({ schema, document, operation, withheld, mostErrors }: CompletionOptions): Completion {
	const rootType = schema.getRootType(operation.operation);
	if (rootType == null) throw new Error(`A document that was not validated: the schema has no ${operation.operation}`);
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}
	const introspect = introspectionOf(schema, document, operation);
	const names = conditionVariables(document);
	const projections = new Map<string, ObjectProjection>();

	const projectionFor = (variables: Readonly<Record<string, unknown>>): ObjectProjection => {
		const key = names.map((name) => (variables[name] === true ? "1" : "0")).join("");
		let projection = projections.get(key);
		if (projection === undefined) {
			const conditions = Object.fromEntries(names.map((name) => [name, variables[name]]));
			const context = { schema, fragments, conditions, withheld, introspect };
			projection = projectObject(context, rootType, [operation.selectionSet]);
			if (projections.size >= mostProjections) projections.clear();
			projections.set(key, projection);
		}
		return projection;
	};

	return (data, variables, stray) => {
		const errors = new ResponseErrors(mostErrors);
		const projector = new Projector(projectionFor(variables), { errors, introspect, variables });
		const projected = projector.project(data);
		for (const { message, extensions } of stray) errors.add(message, undefined, extensions);
		return { data: projected, errors: errors.list };
	};
}
