import type { ServerResponse } from "node:http";
import type { ExecutionResult } from "graphql";

const heartbeatMillis = 10_000;

/**
 * Writes results as server-sent events, by graphql-sse's protocol of distinct connections: `next` with each, then
 * `complete`. Waits for a slow reader, and ends the source when the reader leaves. A shutdown cuts the stream off without
 * `complete`, by which a gateway knows that there would have been more.
 */
export async function writeEventStream(
	response: ServerResponse,
	results: AsyncIterableIterator<ExecutionResult>,
	{ failure, shutdown }: { readonly failure: (error: unknown) => ExecutionResult; readonly shutdown: AbortSignal },
): Promise<void> {
	response.flushHeaders();
	const heartbeat = setInterval(() => response.write(":\n\n"), heartbeatMillis);
	const leave = (): void => void results.return?.();
	const cut = (): void => void response.destroy();
	if (response.destroyed) leave();
	response.once("close", leave);
	shutdown.addEventListener("abort", cut, { once: true });
	try {
		for await (const result of results) await write(response, "next", result);
		await write(response, "complete", null);
	} catch (error) {
		await write(response, "next", failure(error));
		await write(response, "complete", null);
	} finally {
		clearInterval(heartbeat);
		shutdown.removeEventListener("abort", cut);
		response.end();
	}
}

async function write(response: ServerResponse, event: string, result: ExecutionResult | null): Promise<void> {
	if (response.destroyed) return;
	const data = result === null ? "" : ` ${JSON.stringify(result)}`;
	if (response.write(`event: ${event}\ndata:${data}\n\n`)) return;
	await new Promise<void>((resolve) => {
		response.once("drain", resolve);
		response.once("close", resolve);
	});
}
