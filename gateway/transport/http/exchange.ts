import type { Dispatcher } from "undici";
import { type AnswerHead, checkAnswer } from "./check-answer.ts";
import type { FetchDeadline } from "./fetch-deadline.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";

export interface ExchangeRequest {
	readonly path: string;
	/** Names and values in turn. */
	readonly headers: string[];
	readonly body: string;
	readonly limitBytes: number;
	readonly deadline: FetchDeadline;
	/** Called once the dispatcher holds nothing of it any more, which may be later than its end. */
	readonly released: () => void;
}

export interface Answer extends AnswerHead {
	readonly body: Buffer;
}

/**
 * One POST and its whole answer, of a status and a type that may be read. Redirects are not followed. Rejects with a
 * SubgraphFailure as soon as the answer passes its size or its deadline; the connection is then given up.
 */
export function exchange(dispatcher: Dispatcher, request: ExchangeRequest): Promise<Answer> {
	const { path, headers, body, deadline, released } = request;
	if (deadline.failure !== null) {
		released();
		return Promise.reject(deadline.failure);
	}
	return new Promise((resolve, reject) => {
		const handler = new AnswerHandler(request, resolve, reject);
		const fail = (failure: SubgraphFailure): void => handler.fail(failure);
		deadline.passed = fail;
		dispatcher.dispatch({ path, method: "POST", headers, body }, handler);
	});
}

/** Takes in an answer as it comes. One object with its state, and not a closure for each event: it is made for every fetch. */
class AnswerHandler implements Dispatcher.DispatchHandler {
	readonly #request: ExchangeRequest;
	readonly #resolve: (answer: Answer) => void;
	readonly #reject: (failure: unknown) => void;
	#controller: Dispatcher.DispatchController | null = null;
	#failure: SubgraphFailure | null = null;
	#status = 0;
	#headers: Answer["headers"] = {};
	#first: Buffer | null = null;
	/** The first and all others, where there is more than one. */
	#chunks: Buffer[] | null = null;
	#size = 0;

	constructor(request: ExchangeRequest, resolve: (answer: Answer) => void, reject: (failure: unknown) => void) {
		this.#request = request;
		this.#resolve = resolve;
		this.#reject = reject;
	}

	fail(failure: SubgraphFailure): void {
		if (this.#failure !== null) return;
		this.#failure = failure;
		this.#reject(failure);
		this.#controller?.abort(failure);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		if (this.#failure !== null) controller.abort(this.#failure);
	}

	onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Answer["headers"]): void {
		if (status < 200) return;
		this.#status = status;
		this.#headers = headers;
		this.#measure(Number(headers["content-length"] ?? 0));
	}

	onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
		if (this.#failure !== null) return;
		this.#size += chunk.byteLength;
		if (this.#first === null) this.#first = chunk;
		else {
			this.#chunks ??= [this.#first];
			this.#chunks.push(chunk);
		}
		this.#measure(this.#size);
	}

	onResponseEnd(): void {
		this.#request.released();
		if (this.#failure !== null) return;
		const body = this.#chunks === null ? (this.#first ?? nothing) : Buffer.concat(this.#chunks, this.#size);
		const answer = { status: this.#status, headers: this.#headers, body };
		try {
			checkAnswer(answer);
			this.#resolve(answer);
		} catch (error) {
			this.#reject(error);
		}
	}

	onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
		this.#request.released();
		this.fail(new SubgraphFailure("unreachable", error.message, { cause: error }));
	}

	#measure(bytes: number): void {
		const { limitBytes } = this.#request;
		if (bytes > limitBytes) this.fail(new SubgraphFailure("malformed", `an answer of more than ${limitBytes} bytes`));
	}
}

const nothing = Buffer.alloc(0);
