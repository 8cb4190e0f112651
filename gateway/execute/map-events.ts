/**
 * Maps each event of a stream. Unlike a generator function it passes `return` on at once, also while an event is
 * awaited, so that a client that leaves ends its source. A failure of the stream goes through `failure` and ends it.
 */
export function mapEvents<T, R>(
	source: AsyncIterable<T>,
	map: (event: T) => Promise<R> | R,
	{ failure, ended }: { readonly failure: (error: unknown) => Error; readonly ended: () => void },
): AsyncGenerator<R, void, void> {
	const iterator = source[Symbol.asyncIterator]();
	let open = true;
	const end = (): IteratorReturnResult<undefined> => {
		if (open) ended();
		open = false;
		return { done: true, value: undefined };
	};
	const stop = async () => {
		const first = open;
		const done = end();
		if (first) await iterator.return?.();
		return done;
	};
	return {
		async next() {
			if (!open) return end();
			try {
				const event = await iterator.next();
				if (event.done === true || !open) return end();
				return { done: false, value: await map(event.value) };
			} catch (error) {
				if (!open) return end();
				await stop().catch(() => undefined);
				throw failure(error);
			}
		},
		return: stop,
		async throw(error: unknown) {
			await stop();
			throw error;
		},
		async [Symbol.asyncDispose]() {
			await stop();
		},
		[Symbol.asyncIterator]() {
			return this;
		},
	};
}
