import type { Dispatcher } from "undici";
import { SubgraphFailure } from "./subgraph-failure.ts";

export interface ExchangeRequest {
	readonly path: string;
	/** Names and values in turn. */
	readonly headers: string[];
	readonly body: string;
	readonly limitBytes: number;
	readonly millis: number;
	readonly signal: AbortSignal;
}

export interface Answer {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
	readonly body: Buffer;
}

/**
 * One POST and its whole answer. Redirects are not followed. Rejects with a SubgraphFailure as soon as the answer
 * passes its size or its time, or nobody waits for it; the connection is then given up. `released` is called once the
 * dispatcher holds nothing of it any more, which may be later.
 */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest, released: () => void): Promise<Answer> {
	const { path, headers, body, limitBytes, millis, signal } = request;
	return new Promise((resolve, reject) => {
		let controller: Dispatcher.DispatchController | null = null;
		let failure: SubgraphFailure | null = null;
		const fail = (reason: SubgraphFailure) => {
			if (failure !== null) return;
			failure = reason;
			settle();
			reject(reason);
			controller?.abort(reason);
		};
		const timer = setTimeout(() => fail(new SubgraphFailure("late", `no answer within ${millis} ms`)), millis);
		const left = () => fail(new SubgraphFailure("left", "the operation ended", { cause: signal.reason }));
		const settle = () => {
			clearTimeout(timer);
			signal.removeEventListener("abort", left);
		};
		signal.addEventListener("abort", left);

		let status = 0;
		let answerHeaders: Answer["headers"] = {};
		let size = 0;
		const chunks: Buffer[] = [];
		const measure = (bytes: number) => {
			if (bytes > limitBytes) fail(new SubgraphFailure("malformed", `an answer of more than ${limitBytes} bytes`));
		};
		const handler: Dispatcher.DispatchHandler = {
			onRequestStart(started) {
				controller = started;
				if (failure !== null) started.abort(failure);
			},
			onResponseStart(_controller, code, received) {
				if (code < 200) return;
				status = code;
				answerHeaders = received;
				measure(Number(received["content-length"] ?? 0));
			},
			onResponseData(_controller, chunk) {
				if (failure !== null) return;
				size += chunk.byteLength;
				chunks.push(chunk);
				measure(size);
			},
			onResponseEnd() {
				released();
				if (failure !== null) return;
				settle();
				const [first] = chunks;
				const whole = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, size);
				resolve({ status, headers: answerHeaders, body: whole });
			},
			onResponseError(_controller, error) {
				released();
				fail(new SubgraphFailure("unreachable", error.message, { cause: error }));
			},
		};
		if (signal.aborted) {
			released();
			left();
			return;
		}
		dispatcher.dispatch({ path, method: "POST", headers, body }, handler);
	});
}
