import type { ExecutionResult } from "graphql";
import { SubscriptionReader } from "./subscription-reader.ts";

type Events = AsyncGenerator<ExecutionResult, void, void>;
/** Begins a subscription that lives as long as the signal; a result instead: it could not begin. */
type Begin = (signal: AbortSignal) => Promise<Events | ExecutionResult>;

/**
 * Lets equal subscriptions share one source, whose events are made once for all of them. Who comes after the first event gets a
 * source of its own: that event may have been the answer to what came before it, a replay from a cursor, a present state.
 */
export class SharedSubscriptions {
	readonly #open = new Map<string, SharedSource>();
	readonly #bufferedEvents: number;

	/** `bufferedEvents`: how many a reader may lag behind the fastest one before it is let go. */
	constructor({ bufferedEvents }: { readonly bufferedEvents: number }) {
		this.#bufferedEvents = bufferedEvents;
	}

	/** `key` tells all that an event may depend on: document, operation, variables, principal. */
	async follow(key: string, begin: Begin): Promise<Events | ExecutionResult> {
		let source = this.#open.get(key);
		if (source === undefined) {
			const made = new SharedSource(begin, () => {
				if (this.#open.get(key) === made) this.#open.delete(key);
			});
			this.#open.set(key, made);
			source = made;
		}
		return source.join(this.#bufferedEvents);
	}
}

/** One source and its readers. The fastest of them paces it: it is asked for an event when one of them has read all. */
class SharedSource {
	readonly #readers = new Set<SubscriptionReader>();
	readonly #left = new AbortController();
	readonly #begun: Promise<Events | ExecutionResult>;
	readonly #close: () => void;
	#running = false;

	constructor(begin: Begin, close: () => void) {
		this.#close = close;
		this.#begun = begin(this.#left.signal);
		this.#begun.catch(close);
	}

	async join(bufferedEvents: number): Promise<Events | ExecutionResult> {
		const reader = new SubscriptionReader(bufferedEvents, {
			wanting: () => void this.#run(),
			left: () => this.#leave(reader),
		});
		this.#readers.add(reader);
		const source = await this.#begun;
		if (Symbol.asyncIterator in source) return reader;
		this.#close();
		return source;
	}

	async #run(): Promise<void> {
		if (this.#running) return;
		this.#running = true;
		try {
			const source = await this.#begun;
			if (!(Symbol.asyncIterator in source)) return;
			while ([...this.#readers].some((reader) => reader.waiting)) {
				const event = await source.next();
				this.#close();
				if (event.done === true) {
					this.#end();
					return;
				}
				for (const reader of this.#readers) reader.push(event.value);
			}
		} catch (error) {
			this.#end(error);
		} finally {
			this.#running = false;
		}
	}

	#end(error?: unknown): void {
		this.#close();
		for (const reader of this.#readers) reader.end(error);
		this.#readers.clear();
	}

	#leave(reader: SubscriptionReader): void {
		if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
		this.#close();
		this.#left.abort();
		this.#begun.then((source) => (Symbol.asyncIterator in source ? source.return() : undefined)).catch(() => undefined);
	}
}
