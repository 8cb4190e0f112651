/** The items of an iterator, each through `map`. `return` reaches the source even while it waits for its next item. */
export function mapIterator<From, To>(
	source: AsyncIterableIterator<From>,
	map: (item: From) => To | Promise<To>,
): AsyncIterableIterator<To> {
	const iterator: AsyncIterableIterator<To> = {
		async next() {
			const result = await source.next();
			return result.done === true ? { done: true, value: undefined } : { done: false, value: await map(result.value) };
		},
		async return() {
			await source.return?.();
			return { done: true, value: undefined };
		},
		[Symbol.asyncIterator]: () => iterator,
	};
	return iterator;
}
