import { type ExecutionResult, GraphQLError } from "graphql";
import type { ErrorCode } from "../../core/errors/catalogue.ts";

interface Surroundings {
	/** It has read all that there is, and waits. */
	readonly wanting: () => void;
	/** It reads no more. */
	readonly left: () => void;
}

/**
 * One reader of a shared subscription, with the events that it has not read yet. One that lags too far behind is told so and
 * let go: it can hold up nobody, and fill no memory.
 */
export class SubscriptionReader implements AsyncGenerator<ExecutionResult, void, void> {
	readonly #limit: number;
	readonly #around: Surroundings;
	#events: ExecutionResult[] = [];
	#wanted: PromiseWithResolvers<IteratorResult<ExecutionResult, void>> | null = null;
	#open = true;
	#failure: { readonly error: unknown } | null = null;

	constructor(limit: number, around: Surroundings) {
		this.#limit = limit;
		this.#around = around;
	}

	get waiting(): boolean {
		return this.#wanted !== null;
	}

	push(event: ExecutionResult): void {
		if (!this.#open) return;
		if (this.#wanted !== null) return this.#answer({ done: false, value: event });
		if (this.#events.length < this.#limit) {
			this.#events.push(event);
			return;
		}
		this.#events = [{ errors: [tooSlow(this.#limit)] }];
		this.#leave();
	}

	/** The source has ended, or failed. What it gave before is still read. */
	end(error?: unknown): void {
		this.#open = false;
		if (error !== undefined) this.#failure = { error };
		if (this.#wanted === null) return;
		const wanted = this.#wanted;
		this.#wanted = null;
		if (this.#failure === null) wanted.resolve({ done: true, value: undefined });
		else wanted.reject(error);
		this.#failure = null;
	}

	next(): Promise<IteratorResult<ExecutionResult, void>> {
		const event = this.#events.shift();
		if (event !== undefined) return Promise.resolve({ done: false, value: event });
		if (this.#failure !== null) {
			const { error } = this.#failure;
			this.#failure = null;
			return Promise.reject(error instanceof Error ? error : new Error(String(error)));
		}
		if (!this.#open) return Promise.resolve({ done: true, value: undefined });
		this.#wanted ??= Promise.withResolvers();
		const { promise } = this.#wanted;
		this.#around.wanting();
		return promise;
	}

	async return(): Promise<IteratorResult<ExecutionResult, void>> {
		this.#events = [];
		this.#failure = null;
		this.#leave();
		this.#answer({ done: true, value: undefined });
		return { done: true, value: undefined };
	}

	async throw(error: unknown): Promise<never> {
		await this.return();
		throw error;
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.return();
	}

	[Symbol.asyncIterator](): this {
		return this;
	}

	#leave(): void {
		if (!this.#open) return;
		this.#open = false;
		this.#around.left();
	}

	#answer(result: IteratorResult<ExecutionResult, void>): void {
		this.#wanted?.resolve(result);
		this.#wanted = null;
	}
}

const tooSlow = (limit: number): GraphQLError =>
	new GraphQLError(`The subscription was ended: ${limit} events waited to be read.`, {
		extensions: {
			code: "LIMIT_EXCEEDED" satisfies ErrorCode,
			hint: "Read faster, or follow less; then begin again where you stopped.",
		},
	});
