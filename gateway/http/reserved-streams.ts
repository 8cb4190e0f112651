import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Principal } from "../../core/ports/principal.ts";
import type { Places } from "../admit/concurrency.ts";
import { RequestError } from "../admit/request-error.ts";
import { onExpiry } from "../authorize/expiry.ts";
import { rightsOf } from "../authorize/rights.ts";
import { resultJson } from "../complete/result-json.ts";
import { credentialExpired, type Results } from "./distinct-stream.ts";
import { EventWriter } from "./event-writer.ts";

export interface ReservedStreamsOptions {
	readonly places: Places;
	/** How long a reservation waits to be opened. */
	readonly openMillis: number;
	readonly operationsPerStream: number;
}

/** graphql-sse's protocol of single connections: a stream is reserved, opened, and carries operations by their ids. */
export class ReservedStreams {
	readonly #streams = new Map<string, ReservedStream>();
	readonly #options: ReservedStreamsOptions;

	constructor(options: ReservedStreamsOptions) {
		this.#options = options;
	}

	/** The token of a new stream. Throws a RequestError where there are too many. */
	reserve(principal: Principal): string {
		const { places, openMillis, operationsPerStream } = this.#options;
		const release = places.take(principal.id);
		const token = randomUUID();
		const stream = new ReservedStream(principal, operationsPerStream, () => {
			clearTimeout(unopened);
			this.#streams.delete(token);
			release();
		});
		const unopened = setTimeout(() => {
			if (!stream.isOpen) stream.end();
		}, openMillis);
		this.#streams.set(token, stream);
		return token;
	}

	/** The stream of a token, for whom it was reserved; null for everybody else. */
	find(token: string, principal: Principal): ReservedStream | null {
		const stream = this.#streams.get(token);
		return stream !== undefined && rightsOf(stream.principal) === rightsOf(principal) ? stream : null;
	}

	endAll(): void {
		for (const stream of [...this.#streams.values()]) stream.end();
	}
}

/** One connection that carries the results of many operations. */
export class ReservedStream {
	readonly principal: Principal;
	readonly #operations = new Map<string, AbortController>();
	readonly #limit: number;
	readonly #ended: () => void;
	readonly #opened = Promise.withResolvers<EventWriter | null>();
	#writer: EventWriter | null = null;
	#over = false;

	constructor(principal: Principal, limit: number, ended: () => void) {
		this.principal = principal;
		this.#limit = limit;
		this.#ended = ended;
	}

	get isOpen(): boolean {
		return this.#writer !== null;
	}

	open(response: ServerResponse): void {
		const writer = new EventWriter(response);
		this.#writer = writer;
		const forget = onExpiry(this.principal, () => void this.#expire(writer));
		const closed = (): void => {
			forget();
			this.end();
		};
		if (writer.closed.aborted) return closed();
		writer.closed.addEventListener("abort", closed);
		this.#opened.resolve(writer);
	}

	/** Keeps an id for an operation; the signal ends with it. Throws a RequestError where that cannot be. */
	begin(id: string): AbortSignal {
		if (this.#operations.has(id)) throw RequestError.of("CONFLICT", "An operation with this id is running.");
		if (this.#operations.size >= this.#limit) {
			throw RequestError.of(
				"LIMIT_EXCEEDED",
				`A stream carries at most ${this.#limit} operations at once.`,
				"End one, or open another stream.",
			);
		}
		const left = new AbortController();
		this.#operations.set(id, left);
		return left.signal;
	}

	/** Sends the results of an operation that has begun, once the stream is open: before it nothing is asked for. */
	async carry(id: string, results: Results): Promise<void> {
		const left = this.#operations.get(id);
		const events = Symbol.asyncIterator in results ? results : null;
		if (left === undefined || left.signal.aborted) return void events?.return();
		left.signal.addEventListener("abort", () => void events?.return(), { once: true });
		const writer = await this.#opened.promise;
		const isCurrent = (): boolean => this.#operations.get(id) === left;
		const next = async (json: string): Promise<void> => {
			if (isCurrent()) await writer?.write("next", `{"id":${JSON.stringify(id)},"payload":${json}}`);
		};
		try {
			if (events === null) await next(resultJson(results));
			else for await (const event of events) await next(resultJson(event));
		} catch (error) {
			await next(JSON.stringify({ errors: [error] }));
		}
		if (!isCurrent()) return;
		await writer?.write("complete", JSON.stringify({ id }));
		this.finish(id);
	}

	/** Ends one operation, without a word. */
	finish(id: string): void {
		const left = this.#operations.get(id);
		this.#operations.delete(id);
		left?.abort();
	}

	end(): void {
		if (this.#over) return;
		this.#over = true;
		this.#ended();
		for (const id of [...this.#operations.keys()]) this.finish(id);
		this.#opened.resolve(null);
		this.#writer?.end();
	}

	async #expire(writer: EventWriter): Promise<void> {
		const payload = JSON.stringify(credentialExpired());
		for (const id of this.#operations.keys()) {
			await writer.write("next", `{"id":${JSON.stringify(id)},"payload":${payload}}`);
			await writer.write("complete", JSON.stringify({ id }));
		}
		this.end();
	}
}
