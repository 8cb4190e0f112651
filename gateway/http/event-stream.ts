import type { ServerResponse } from "node:http";
import { type ExecutionResult, OperationTypeNode } from "graphql";
import type { PreparedOperation } from "../operation.ts";

const heartbeatMillis = 12_000;

/**
 * Writes the results of an operation as server-sent events, by graphql-sse's protocol of distinct connections:
 * `next` with each result, then `complete`. Waits for a slow reader, and ends the operation when it leaves.
 */
export async function writeEvents(
	response: ServerResponse,
	operation: PreparedOperation,
	shutdown: AbortSignal,
): Promise<void> {
	const results =
		operation.kind === OperationTypeNode.SUBSCRIPTION ? await operation.subscribe() : await operation.execute();
	response.writeHead(200, {
		"content-type": "text/event-stream; charset=utf-8",
		"cache-control": "no-cache",
		"x-accel-buffering": "no",
	});
	response.flushHeaders();
	const heartbeat = setInterval(() => response.write(":\n\n"), heartbeatMillis);
	try {
		if (Symbol.asyncIterator in results) {
			const leave = () => void results.return();
			response.once("close", leave);
			shutdown.addEventListener("abort", leave, { once: true });
			for await (const result of results) await write(response, "next", result);
		} else {
			await write(response, "next", results);
		}
		await write(response, "complete", null);
	} finally {
		clearInterval(heartbeat);
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
