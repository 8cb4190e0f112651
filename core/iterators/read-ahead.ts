/** The items of `source`, of which the next is asked for while one is worked on. */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
	const iterator = source[Symbol.asyncIterator]();
	const ask = (): Promise<IteratorResult<T>> => {
		const next = iterator.next();
		// It is looked at later, when the item before it is done.
		next.catch(() => undefined);
		return next;
	};
	let next = ask();
	try {
		for (;;) {
			const result = await next;
			if (result.done === true) return;
			next = ask();
			yield result.value;
		}
	} finally {
		// A generator answers only once what it was asked for before is there.
		await next.catch(() => undefined);
		await iterator.return?.();
	}
}
