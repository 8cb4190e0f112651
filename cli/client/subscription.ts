import { setTimeout as sleep } from "node:timers/promises";
import { createClient, NetworkError } from "graphql-sse";
import { authorizationOf, type Connection } from "./connection.ts";
import { type GraphqlError, toServerError, unreachable } from "./graphql.ts";
import { RequestFailed } from "./request-failed.ts";

export interface SubscribeOptions {
	/** Ends the subscription without an error. */
	readonly stop?: AbortSignal;
	/** Called whenever the gateway follows: what happens from then on is received. */
	readonly opened?: () => void;
}

const mostRetries = 5;
const firstRetryMillis = 250;

/**
 * Follows a subscription, as server-sent events, until it completes, fails, `stop` fires or the caller stops
 * iterating. A connection that broke is opened again: with `variables` as they are then, so that one with a cursor
 * goes on where it was.
 */
export async function* subscribe<Data>(
	connection: Connection,
	query: string,
	variables: () => Readonly<Record<string, unknown>>,
	{ stop, opened }: SubscribeOptions = {},
): AsyncGenerator<Data> {
	let hasOpened = false;
	const client = createClient({
		url: `${connection.url}/graphql`,
		headers: { "content-type": "application/json", ...authorizationOf(connection) },
		retryAttempts: 0,
		on: {
			connected: () => {
				hasOpened = true;
				opened?.();
			},
		},
	});
	const end = () => client.dispose();
	stop?.addEventListener("abort", end, { once: true });
	try {
		for (let retries = 0; !isAborted(stop); retries += 1) {
			try {
				for await (const result of client.iterate<Data>({ query, variables: { ...variables() } })) {
					retries = 0;
					if (result.errors !== undefined)
						throw new RequestFailed((result.errors as readonly GraphqlError[]).map(toServerError));
					if (result.data !== undefined && result.data !== null) yield result.data;
				}
				return;
			} catch (error) {
				if (isAborted(stop)) return;
				if (!(error instanceof NetworkError)) throw error;
				const response: unknown = error.response;
				if (response instanceof Response) throw await refusal(response);
				if (!hasOpened || retries >= mostRetries) throw unreachable(connection, error);
				await sleep(firstRetryMillis * 2 ** retries);
			}
		}
	} finally {
		stop?.removeEventListener("abort", end);
		client.dispose();
	}
}

/** Asked anew each time: it may have been aborted while something was awaited. */
const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;

/** What the gateway said instead of events. */
async function refusal(response: Response): Promise<RequestFailed> {
	const body = (await response.json().catch(() => null)) as { readonly errors?: readonly GraphqlError[] } | null;
	const errors = body?.errors ?? [{ message: `The gateway answered ${response.status} without events.` }];
	return new RequestFailed(errors.map(toServerError));
}
