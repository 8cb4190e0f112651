import { createClient } from "graphql-ws";
import WebSocket from "ws";
import { authorizationOf, type Connection } from "./connection.ts";
import { toServerError } from "./graphql.ts";
import { RequestFailed } from "./request-failed.ts";

/** Follows a subscription until it completes, fails, `stop` fires or the caller stops iterating. Reconnects by itself. */
export async function* subscribe<Data>(
	connection: Connection,
	query: string,
	variables: Readonly<Record<string, unknown>>,
	stop?: AbortSignal,
): AsyncGenerator<Data> {
	const client = createClient({
		url: `${connection.url.replace(/^http/, "ws")}/graphql`,
		webSocketImpl: WebSocket,
		connectionParams: authorizationOf(connection),
		retryAttempts: 5,
	});
	stop?.addEventListener("abort", () => void client.dispose(), { once: true });
	try {
		for await (const result of client.iterate<Data>({ query, variables })) {
			if (result.errors !== undefined) throw new RequestFailed(result.errors.map(toServerError));
			if (result.data !== undefined && result.data !== null) yield result.data;
		}
	} catch (error) {
		if (stop?.aborted !== true) throw closed(error) ?? error;
	} finally {
		await client.dispose();
	}
}

/** A WebSocket ends with a close event, which is no Error. */
function closed(error: unknown): RequestFailed | undefined {
	if (typeof error !== "object" || error === null || !("code" in error) || !("reason" in error)) return undefined;
	const reason = String(error.reason) || "no reason given";
	return new RequestFailed([
		{ code: "CONNECTION_CLOSED", message: `The gateway closed the subscription: ${reason} (${String(error.code)}).` },
	]);
}
