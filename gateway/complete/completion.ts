import {
	type DocumentNode,
	type ExecutionResult,
	type FieldNode,
	type FragmentDefinitionNode,
	type GraphQLSchema,
	Kind,
	type OperationDefinitionNode,
} from "graphql";
import type { Withholding } from "../authorize/withheld-fields.ts";
import type { Data } from "../execute/data.ts";
import type { FieldError } from "../execute/field-failure.ts";
import type { PlannedKey } from "../execute/planned-key.ts";
import { introspectionOf } from "./introspection.ts";
import { projectObject } from "./projection.ts";
import { Projector } from "./projector.ts";
import { ResponseErrors } from "./response-errors.ts";
import { responseWriter } from "./response-writer.ts";
import { WrittenResult } from "./result-json.ts";

/** Makes responses of one operation from merged data. */
export type Completion = (
	data: Data,
	variables: Readonly<Record<string, unknown>>,
	stray: readonly FieldError[],
) => ExecutionResult;

export interface CompletionOptions {
	/** The public one. */
	readonly schema: GraphQLSchema;
	readonly document: DocumentNode;
	readonly operation: OperationDefinitionNode;
	/** The variables by which it includes and skips, at least. */
	readonly conditions: Readonly<Record<string, unknown>>;
	/** Why the principal may not read some of its fields. */
	readonly withheld: ReadonlyMap<FieldNode, Withholding>;
	readonly plannedKey: PlannedKey;
	readonly mostErrors: number;
}

/** Compiles the completion of an operation for one setting of the variables by which it includes and skips. */
export function completionOf(options: CompletionOptions): Completion {
	const { schema, document, operation, conditions, withheld, plannedKey, mostErrors } = options;
	const rootType = schema.getRootType(operation.operation);
	if (rootType == null) throw new Error(`A document that was not validated: the schema has no ${operation.operation}`);
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const definition of document.definitions) {
		if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
	}
	const introspect = introspectionOf(schema, document, operation);
	const context = { schema, fragments, conditions, withheld, introspect, plannedKey };
	const projection = projectObject(context, rootType, [operation.selectionSet]);
	const write = responseWriter(projection);
	return (data, variables, stray) => {
		const errors = new ResponseErrors(mostErrors);
		const project = () => new Projector(projection, { errors, introspect, variables }).project(data);
		const json = write === null || stray.length > 0 ? null : write(data);
		if (json !== null) return new WrittenResult(json, project);
		const projected = project();
		for (const { message, extensions } of stray) errors.add(message, undefined, extensions);
		const told = errors.within(projected);
		return told.length === 0 ? { data: projected } : { errors: told, data: projected };
	};
}
