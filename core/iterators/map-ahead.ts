/**
 * What `work` makes of the items of `source`, in their order, with up to `most` under way at once: an item is asked for
 * while those before it are worked on. Whoever stops asking, or meets an error, waits for what is under way.
 */
export async function* mapAhead<From, To>(
	source: AsyncIterable<From> | Iterable<From>,
	most: number,
	work: (item: From) => Promise<To>,
): AsyncGenerator<To> {
	const underWay: Promise<To>[] = [];
	try {
		for await (const item of source) {
			const result = work(item);
			// It is looked at in its turn.
			result.catch(() => undefined);
			underWay.push(result);
			if (underWay.length >= most) yield await (underWay.shift() as Promise<To>);
		}
		while (underWay.length > 0) yield await (underWay.shift() as Promise<To>);
	} finally {
		await Promise.allSettled(underWay);
	}
}
