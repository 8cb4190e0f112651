import { type DocumentNode, type ExecutionResult, OperationTypeNode } from "graphql";
import type { Places } from "./admit/concurrency.ts";
import type { DocumentReference, FindDocument } from "./admit/known-documents.ts";
import { rightsOf } from "./authorize/rights.ts";
import { mapEvents } from "./execute/map-events.ts";
import type { SharedSubscriptions } from "./execute/shared-subscriptions.ts";
import type { Caller, OperationRequest, Prepare, PreparedOperation } from "./operation.ts";

/** What a client sends: its document may be an id. */
export type ClientRequest = DocumentReference & Omit<OperationRequest, "query">;

/** As `Prepare`, for what comes from outside. */
export type PrepareForClient = (
	request: ClientRequest,
	caller: Caller,
	kinds: readonly OperationTypeNode[],
) => Promise<PreparedOperation>;

export interface DoorOptions {
	readonly prepare: Prepare;
	readonly findDocument: FindDocument;
	/** For queries and mutations. */
	readonly operations: Places;
	readonly subscriptions: Places;
	readonly shared: SharedSubscriptions;
}

/**
 * The steps of an operation as clients reach them: documents by id, places for what runs at once, and one source for
 * subscriptions that are equal. `execute` and `subscribe` throw a RequestError where there is no place.
 */
export function openDoor({ prepare, findDocument, operations, subscriptions, shared }: DoorOptions): PrepareForClient {
	return async ({ query, documentId, sha256Hash, ...rest }, caller, kinds) => {
		const { text, admitted } = findDocument({ query, documentId, sha256Hash });
		const request = { ...rest, query: text };
		const operation = await prepare(request, caller, kinds);
		admitted();
		const { principal } = operation;
		if (operation.kind !== OperationTypeNode.SUBSCRIPTION) {
			const execute = async (): Promise<ExecutionResult> => {
				const release = operations.take(principal.id);
				try {
					return await operation.execute();
				} finally {
					release();
				}
			};
			return { ...operation, execute };
		}
		const begin = async (signal: AbortSignal) => {
			const own = await prepare(request, { ...caller, credentials: { principal }, signal }, kinds);
			return own.subscribe();
		};
		const subscribe = async () => {
			const release = subscriptions.take(principal.id);
			try {
				const events = await shared.follow(shareKey(operation, request), begin);
				if (Symbol.asyncIterator in events) return releasing(events, release);
				release();
				return events;
			} catch (error) {
				release();
				throw error;
			}
		};
		return { ...operation, subscribe };
	};
}

/** Equal keys: the same generation and document, operation, variables, rights and headers. */
function shareKey(
	{ document, principal, headers = {} }: PreparedOperation,
	{ operationName, variables }: OperationRequest,
): string {
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
