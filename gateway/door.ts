import type { DocumentNode, ExecutionResult } from "graphql";
import type { Places } from "./admit/concurrency.ts";
import type { DocumentReference, FindDocument } from "./admit/known-documents.ts";
import { rightsOf } from "./authorize/rights.ts";
import { mapEvents } from "./execute/map-events.ts";
import type { SharedSubscriptions } from "./execute/shared-subscriptions.ts";
import { knownCaller, type OperationRequest, type Operations, type PreparedOperation } from "./operation.ts";

/** What a client sends: its document may be an id. */
export type ClientRequest = DocumentReference & Omit<OperationRequest, "query">;

/** The steps of an operation as clients reach them. */
export type Door = Operations<ClientRequest>;

export interface DoorOptions {
	readonly inner: Operations;
	readonly findDocument: FindDocument;
	/** For queries and mutations. */
	readonly operations: Places;
	readonly subscriptions: Places;
	readonly shared: SharedSubscriptions;
}

/**
 * Adds what clients need around the steps of an operation: documents by id, places for what runs at once, and one source for
 * subscriptions that are equal. `execute` and `subscribe` throw a RequestError where there is no place.
 */
export function openDoor({ inner, findDocument, operations, subscriptions, shared }: DoorOptions): Door {
	return {
		async prepare(request, caller, kinds) {
			const { text, admitted } = findDocument(request);
			const { operationName, variables } = request;
			const operation = await inner.prepare({ query: text, operationName, variables }, caller, kinds);
			admitted();
			return operation;
		},
		async execute(operation) {
			const release = operations.take(operation.principal.id);
			try {
				return await inner.execute(operation);
			} finally {
				release();
			}
		},
		async subscribe(operation) {
			const { principal, request, caller, kinds } = operation;
			const begin = async (signal: AbortSignal) =>
				inner.subscribe(await inner.prepare(request, knownCaller(caller, principal, signal), kinds));
			const release = subscriptions.take(principal.id);
			try {
				const events = await shared.follow(shareKey(operation), begin);
				if (Symbol.asyncIterator in events) return releasing(events, release);
				release();
				return events;
			} catch (error) {
				release();
				throw error;
			}
		},
	};
}

/** Equal keys: the same generation and document, operation, variables, rights and headers. */
function shareKey({ document, principal, request, passed: { headers = {} } }: PreparedOperation): string {
	const { operationName, variables } = request;
	return `${numberOf(document)} ${JSON.stringify([operationName, variables, rightsOf(principal), headers])}`;
}

const numbers = new WeakMap<DocumentNode, number>();
let lastNumber = 0;

/** Every generation of the graph admits documents anew: a number stands for both. */
function numberOf(document: DocumentNode): number {
	const known = numbers.get(document);
	if (known !== undefined) return known;
	lastNumber += 1;
	numbers.set(document, lastNumber);
	return lastNumber;
}

function releasing(events: AsyncGenerator<ExecutionResult, void, void>, release: () => void) {
	const failure = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
	return mapEvents(events, (event) => event, { failure, ended: release });
}
