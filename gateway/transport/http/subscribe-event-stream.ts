import type { ExecutionResult } from "graphql";
import type { Dispatcher } from "undici";
import { mediaTypeOf } from "../../http/media-type.ts";
import { checkAnswer, refuseCompressed } from "./check-answer.ts";
import { eventQueue } from "./event-queue.ts";
import { eventStreamParser, type StreamedEvent } from "./event-stream-parser.ts";
import { parseAnswer, parseAnswerBytes } from "./parse-answer.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";
import type { Subscribed, SubscriptionRequest } from "./subscription.ts";

/**
 * Follows a subscription by graphql-sse's protocol of distinct connections: a POST whose answer is a stream of events `next`
 * with a result each, then `complete`. What cannot begin rejects with a SubgraphFailure, or is a result in JSON.
 */
export function subscribeEventStream(
	dispatcher: Dispatcher,
	path: string,
	{ headers, body, limits, signal, read, failed, released }: SubscriptionRequest,
): Promise<Subscribed> {
	const { requestMillis, responseBytes, responseDepth, waitingEvents } = limits;
	return new Promise((resolve, reject) => {
		let controller: Dispatcher.DispatchController | null = null;
		let over = false;
		let take: ((chunk: Buffer) => void) | null = null;
		const json: Buffer[] = [];
		let jsonBytes = 0;

		const stop = (failure: SubgraphFailure) => {
			if (over) return;
			over = true;
			clearTimeout(timer);
			signal.removeEventListener("abort", left);
			if (failure.reason === "left") queue.end();
			else queue.fail(failed(failure));
			reject(failure);
			controller?.abort(failure);
		};
		const left = () => stop(new SubgraphFailure("left", "the subscription ended", { cause: signal.reason }));
		const timer = setTimeout(() => {
			stop(new SubgraphFailure("late", `no stream of events within ${requestMillis} ms`));
		}, requestMillis);
		signal.addEventListener("abort", left);
		const queue = eventQueue<ExecutionResult>(waitingEvents, {
			pause: () => controller?.pause(),
			resume: () => controller?.resume(),
			stop: left,
		});
		const guard = (step: () => void) => {
			try {
				step();
			} catch (error) {
				stop(asFailure(error));
			}
		};
		const event = ({ name, data }: StreamedEvent) => {
			if (over) return;
			if (name === "next") queue.push(read(parseAnswer(data, responseDepth)));
			else if (name === "complete") {
				queue.end();
				stop(new SubgraphFailure("left", "it is over"));
			}
		};
		const handler: Dispatcher.DispatchHandler = {
			onRequestStart(started) {
				controller = started;
				if (over) started.abort(new SubgraphFailure("left", "the subscription ended"));
			},
			onResponseStart(_controller, status, received) {
				if (status < 200) return;
				guard(() => {
					const contentType = received["content-type"];
					const type = typeof contentType === "string" ? mediaTypeOf(contentType) : null;
					if (status !== 200 || type !== "text/event-stream") {
						checkAnswer({ status, headers: received });
						return;
					}
					refuseCompressed(received);
					clearTimeout(timer);
					take = eventStreamParser(responseBytes, event);
					resolve(queue.events);
				});
			},
			onResponseData(_controller, chunk) {
				if (over) return;
				guard(() => {
					if (take !== null) {
						take(chunk);
						return;
					}
					jsonBytes += chunk.byteLength;
					if (jsonBytes > responseBytes)
						throw new SubgraphFailure("malformed", `an answer of more than ${responseBytes} bytes`);
					json.push(chunk);
				});
			},
			onResponseEnd() {
				released();
				if (over) return;
				guard(() => {
					if (take !== null) throw new SubgraphFailure("unreachable", "the stream ended before its end was said");
					resolve(read(parseAnswerBytes(Buffer.concat(json, jsonBytes), responseDepth)));
				});
				stop(new SubgraphFailure("left", "it is over"));
			},
			onResponseError(_controller, error) {
				released();
				stop(new SubgraphFailure("unreachable", error.message, { cause: error }));
			},
		};
		if (signal.aborted) {
			released();
			left();
			return;
		}
		dispatcher.dispatch({ path, method: "POST", headers: [...headers, "accept", accepted], body }, handler);
	});
}

/** Alone: graphql-sse compares the whole header. */
const accepted = "text/event-stream";

const asFailure = (error: unknown): SubgraphFailure =>
	error instanceof SubgraphFailure
		? error
		: new SubgraphFailure("malformed", "an event that cannot be read", { cause: error });
