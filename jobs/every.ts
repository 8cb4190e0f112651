/** Repeats a piece of work until it is stopped: the next begins `intervalMs` after the last one ended. */
export function every(
	intervalMs: number,
	work: (signal: AbortSignal) => Promise<void>,
	failed: (error: unknown) => void,
): { readonly stop: () => Promise<void> } {
	const stopping = new AbortController();
	let running: Promise<void> = Promise.resolve();
	let timer: NodeJS.Timeout;
	const tick = (): void => {
		running = work(stopping.signal)
			.catch((error: unknown) => {
				if (!stopping.signal.aborted) failed(error);
			})
			.then(() => {
				if (!stopping.signal.aborted) timer = setTimeout(tick, intervalMs);
			});
	};
	timer = setTimeout(tick, intervalMs);
	return {
		stop: async () => {
			stopping.abort();
			clearTimeout(timer);
			await running;
		},
	};
}
