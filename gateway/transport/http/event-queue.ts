export interface EventQueue<T> {
	readonly events: AsyncIterableIterator<T>;
	push(event: T): void;
	/** Nothing follows; what waits is still taken. */
	end(): void;
	/** What waits is still taken, then this is thrown. */
	fail(error: Error): void;
}

export interface EventSource {
	/** `limit` events wait: read no more. */
	pause(): void;
	/** They were taken. */
	resume(): void;
	/** Nobody takes events any more. */
	stop(): void;
}

/** Events from where they arrive to who takes them. Keeps the source from reading faster than they are taken. */
export function eventQueue<T>(limit: number, source: EventSource): EventQueue<T> {
	const waiting: T[] = [];
	const takers: PromiseWithResolvers<IteratorResult<T>>[] = [];
	let over = false;
	let error: Error | null = null;

	const done: IteratorReturnResult<undefined> = { done: true, value: undefined };
	const finish = (reason: Error | null) => {
		if (over) return;
		over = true;
		const taker = takers.shift();
		if (reason !== null && taker !== undefined) taker.reject(reason);
		else {
			error = reason;
			taker?.resolve(done);
		}
		for (const each of takers.splice(0)) each.resolve(done);
	};
	return {
		push(event) {
			if (over) return;
			const taker = takers.shift();
			if (taker !== undefined) taker.resolve({ done: false, value: event });
			else if (waiting.push(event) === limit) source.pause();
		},
		end: () => finish(null),
		fail: finish,
		events: {
			async next() {
				if (waiting.length > 0) {
					const value = waiting.shift() as T;
					if (!over && waiting.length === limit - 1) source.resume();
					return { done: false, value };
				}
				if (!over) {
					const taker = Promise.withResolvers<IteratorResult<T>>();
					takers.push(taker);
					return taker.promise;
				}
				const reason = error;
				error = null;
				if (reason !== null) throw reason;
				return done;
			},
			async return() {
				waiting.length = 0;
				error = null;
				finish(null);
				source.stop();
				return done;
			},
			[Symbol.asyncIterator]() {
				return this;
			},
		},
	};
}
