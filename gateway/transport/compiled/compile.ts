import {
	type DocumentNode,
	type ExecutionResult,
	type GraphQLSchema,
	getOperationAST,
	isLeafType,
	isObjectType,
} from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import { specializedDocument } from "./compilable-document.ts";
import { compilableSchema } from "./compilable-schema.ts";
import { isCompilable } from "./compilable-size.ts";
import { faithfulResult } from "./faithful-result.ts";
import { leafSerializer } from "./leaf-serializer.ts";

export interface CompiledInput {
	readonly rootValue: unknown;
	readonly context: unknown;
	/** Coerced by graphql-js. */
	readonly variables: Readonly<Record<string, unknown>>;
}

/** Executes as graphql-js does; null: graphql-js itself must. */
export type CompiledQuery = (input: CompiledInput) => ExecutionResult | null | Promise<ExecutionResult | null>;

/** The source of an operation, once for each value of its conditions. Null: it stays with graphql-js. */
export type CompileQuery = (
	document: DocumentNode,
	operationName: string | null,
	conditions: ReadonlyMap<string, boolean>,
) => CompiledQuery | null;

/** Fields that compiled code may have, written out. Compiling takes some 30 µs for each, and nothing else runs meanwhile. */
const mostFields = 500;

/** Compiles queries and subscriptions' events of a schema with graphql-jit. */
export function queryCompiler(schema: GraphQLSchema): CompileQuery {
	const compilable = compilableSchema(schema);
	if (compilable === null) return () => null;
	const customSerializers: Record<string, (value: unknown) => unknown> = {};
	for (const type of Object.values(schema.getTypeMap())) {
		if (isLeafType(type)) customSerializers[type.name] = leafSerializer(type);
	}
	return (document, operationName, conditions) => {
		const operation = getOperationAST(document, operationName);
		if (operation == null) return null;
		const specialized = specializedDocument(document, operation, conditions);
		const subject = getOperationAST(specialized, operationName);
		if (subject == null || !isCompilable(compilable, specialized, subject, mostFields)) return null;
		const compiled = compileQuery(compilable, specialized, operationName ?? "", {
			customSerializers,
			disablingCapturingStackErrors: true,
			resolverInfoEnricher: ({ fieldName, parentType, returnType }) => {
				const parent = schema.getType(parentType.name);
				const field = isObjectType(parent) ? parent.getFields()[fieldName] : undefined;
				return { schema, operation, parentType: parent, returnType: field?.type ?? returnType };
			},
		});
		if (!isCompiledQuery(compiled)) return null;
		return ({ rootValue, context, variables }) => {
			try {
				const result = compiled.query(rootValue, context, variables);
				return result instanceof Promise ? result.then(faithfulResult, () => null) : faithfulResult(result);
			} catch {
				return null;
			}
		};
	};
}
