import type { ServerResponse } from "node:http";
import type { ExecutionResult } from "graphql";
import type { Principal } from "../../core/ports/principal.ts";
import { RequestError } from "../admit/request-error.ts";
import { onExpiry } from "../authorize/expiry.ts";
import { resultJson } from "../complete/result-json.ts";
import { EventWriter } from "./event-writer.ts";

/** What an operation gave: one result, or events. */
export type Results = ExecutionResult | AsyncGenerator<ExecutionResult, void, void>;

/**
 * Writes the results of an operation as server-sent events, by graphql-sse's protocol of distinct connections: `next` with
 * each result, then `complete`. Ends the operation when the reader leaves, the server stops, or the credential runs out.
 */
export async function writeResults(
	response: ServerResponse,
	results: Results,
	principal: Principal,
	shutdown: AbortSignal,
): Promise<void> {
	const writer = new EventWriter(response);
	try {
		if (Symbol.asyncIterator in results) await writeAll(writer, results, principal, shutdown);
		else await writer.write("next", resultJson(results));
		await writer.write("complete", "");
	} finally {
		writer.end();
	}
}

async function writeAll(
	writer: EventWriter,
	events: AsyncGenerator<ExecutionResult, void, void>,
	principal: Principal,
	shutdown: AbortSignal,
): Promise<void> {
	let expired = false;
	const leave = (): void => void events.return();
	const forget = onExpiry(principal, () => {
		expired = true;
		leave();
	});
	if (writer.closed.aborted) leave();
	writer.closed.addEventListener("abort", leave, { once: true });
	shutdown.addEventListener("abort", leave, { once: true });
	try {
		for await (const event of events) await writer.write("next", resultJson(event));
	} catch (error) {
		await writer.write("next", JSON.stringify({ errors: [error] }));
	} finally {
		forget();
		shutdown.removeEventListener("abort", leave);
	}
	if (expired) await writer.write("next", JSON.stringify(credentialExpired()));
}

/** What ends a stream whose credential has run out. */
export const credentialExpired = (): RequestError =>
	RequestError.of("UNAUTHENTICATED", "The credentials have expired.", "Connect again with new ones.");
