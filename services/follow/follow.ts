/** Following something stored: a reader that is woken, or looks now and then in case that nobody wakes it. */

export interface FollowOptions<T> {
	/** Starts to call `wake` on every change; resolves to how to stop. */
	readonly subscribe: (wake: () => void) => Promise<() => Promise<void>>;
	/** What came since the last call, in order; `done` after the last. Asked again only when all of it was taken. */
	readonly read: () => Promise<{ readonly items: readonly T[]; readonly done: boolean }>;
	/** How long to wait for a wake at most: the bus delivers at most once. */
	readonly pollMs: number;
}

/**
 * The items that `read` finds, as they come. It reads only when its consumer asks, so a slow consumer costs no
 * memory. The subscription stands when this resolves; it ends with the last item, an error, or `return`.
 */
export async function follow<T>(options: FollowOptions<T>): Promise<AsyncIterableIterator<T>> {
	let woken = false;
	let wakeUp: (() => void) | null = null;
	let ended = false;
	let done = false;
	let items: T[] = [];
	const wake = (): void => {
		woken = true;
		wakeUp?.();
	};
	const unsubscribe = await options.subscribe(wake);

	const end = async (): Promise<IteratorReturnResult<undefined>> => {
		if (!ended) {
			ended = true;
			items = [];
			wake();
			await unsubscribe();
		}
		return { done: true, value: undefined };
	};

	const sleep = (): Promise<void> =>
		new Promise((resolve) => {
			if (woken) return resolve();
			const timer = setTimeout(resolve, options.pollMs);
			wakeUp = () => {
				clearTimeout(timer);
				resolve();
			};
		});

	const take = async (): Promise<IteratorResult<T, undefined>> => {
		try {
			for (;;) {
				if (ended) return await end();
				const [item] = items.splice(0, 1);
				if (item !== undefined) return { done: false, value: item };
				if (done) return await end();
				// Before the read: what changes while it runs wakes the next one.
				woken = false;
				const found = await options.read();
				items = ended ? [] : [...found.items];
				done = found.done;
				if (items.length === 0 && !done && !ended) await sleep();
			}
		} catch (error) {
			await end();
			throw error;
		}
	};

	let last: Promise<unknown> = Promise.resolve();
	const iterator: AsyncIterableIterator<T> = {
		next() {
			const next = last.then(take, take);
			last = next;
			return next;
		},
		return: end,
		[Symbol.asyncIterator]: () => iterator,
	};
	return iterator;
}
