import { type ExecutionResult, type GraphQLSchema, getOperationAST, OperationTypeNode } from "graphql";
import type { SubgraphOperation } from "../../../core/ports/subgraph.ts";
import { conditionVariables } from "./compilable-document.ts";
import { type CompiledQuery, type CompileQuery, queryCompiler } from "./compile.ts";
import type { CompileQueue } from "./compile-queue.ts";
import { type VariableReader, variableReader } from "./variable-reader.ts";

export interface CompiledRequest {
	readonly operation: SubgraphOperation;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly context: unknown;
	/** The event, of a subscription. */
	readonly rootValue: unknown;
}

export interface CompiledOperations {
	/** Executes a request with compiled code; null: graphql-js has to, for now or for good. */
	execute(request: CompiledRequest): ReturnType<CompiledQuery>;
	/** Compiles an operation that will be asked often, for these conditions, as soon as its turn comes. Never rejects. */
	prepare(operation: SubgraphOperation, conditions: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Runs of an operation that graphql-js has before it is compiled: what is asked once is not worth it. */
const runsBefore = 2;
/** Runs that graphql-js has after one that compiled code gave back: failures come in series. */
const runsAfterDeoptimization = 1000;
/** Of the conditions of one operation; those above it stay with graphql-js. */
const mostVariants = 8;

interface OperationState {
	readonly conditions: readonly string[];
	readonly readVariables: VariableReader;
	readonly variants: Map<string, CompiledQuery | "waiting" | null>;
	interpretedRuns: number;
}

/**
 * The operations of one schema in compiled form, which lives as long as their objects do. Mutations are executed by
 * graphql-js: what compiled code gives back is executed again, and writes must not be.
 */
export function compiledOperations(schema: GraphQLSchema, queue: CompileQueue): CompiledOperations {
	const states = new WeakMap<SubgraphOperation, OperationState>();
	let compile: CompileQuery | null = null;
	const compilerOfSchema = () => {
		compile ??= queryCompiler(schema);
		return compile;
	};

	const stateOf = (operation: SubgraphOperation): OperationState => {
		let state = states.get(operation);
		if (state === undefined) {
			state = begin(schema, operation);
			states.set(operation, state);
		}
		return state;
	};
	/** `done` is called when it is compiled, or will not be. */
	const compileVariant = (
		{ document, name }: SubgraphOperation,
		{ conditions: names, variants }: OperationState,
		key: string,
		values: Readonly<Record<string, unknown>>,
		done: () => void,
	): void => {
		variants.set(key, "waiting");
		const conditions = new Map(names.map((each) => [each, values[each] === true]));
		queue(
			() => {
				variants.set(key, null);
				try {
					variants.set(key, compilerOfSchema()(document, name, conditions));
				} finally {
					done();
				}
			},
			() => {
				variants.delete(key);
				done();
			},
		);
	};

	const execute: CompiledOperations["execute"] = ({ operation, variables, context, rootValue }) => {
		if (operation.kind === OperationTypeNode.MUTATION) return null;
		const state = stateOf(operation);
		if (state.interpretedRuns > 0) {
			state.interpretedRuns -= 1;
			return null;
		}
		const coerced = state.readVariables(variables);
		if (coerced === null) return null;
		const key = variantOf(state, coerced);
		if (key === null) return null;
		const known = state.variants.get(key);
		if (known === undefined && state.variants.size < mostVariants) {
			compileVariant(operation, state, key, coerced, () => undefined);
		}
		if (known === undefined || known === null || known === "waiting") return null;
		const result = known({ rootValue, context, variables: coerced });
		return result instanceof Promise ? result.then((late) => noted(state, late)) : noted(state, result);
	};
	return {
		execute,
		prepare(operation, conditions) {
			const state = stateOf(operation);
			const key = variantOf(state, conditions);
			if (operation.kind === OperationTypeNode.MUTATION || key === null || state.variants.has(key))
				return Promise.resolve();
			state.interpretedRuns = 0;
			return new Promise((resolve) => compileVariant(operation, state, key, conditions, resolve));
		},
	};
}

function begin(schema: GraphQLSchema, { document, name }: SubgraphOperation): OperationState {
	return {
		conditions: conditionVariables(document),
		readVariables: variableReader(schema, getOperationAST(document, name)?.variableDefinitions ?? []),
		variants: new Map(),
		interpretedRuns: runsBefore,
	};
}

function noted(state: OperationState, result: ExecutionResult | null): ExecutionResult | null {
	if (result === null) state.interpretedRuns = runsAfterDeoptimization;
	return result;
}

/** The values of the conditions; null where one is no boolean, which graphql-js refuses. */
function variantOf({ conditions }: OperationState, variables: Readonly<Record<string, unknown>>): string | null {
	let key = "";
	for (const name of conditions) {
		const value = variables[name];
		if (typeof value !== "boolean") return null;
		key += value ? "1" : "0";
	}
	return key;
}
