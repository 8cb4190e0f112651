import { setTimeout as sleep } from "node:timers/promises";

/** Runs a task now and then, one run after the other, until it is stopped. Stopping waits for the run under way. */
export function repeat(
	everyMs: number,
	task: () => Promise<void>,
	failed: (error: unknown) => void,
): () => Promise<void> {
	const stopped = new AbortController();
	const loop = async (): Promise<void> => {
		while (!stopped.signal.aborted) {
			try {
				await task();
			} catch (error) {
				if (!stopped.signal.aborted) failed(error);
			}
			await sleep(everyMs, undefined, { signal: stopped.signal }).catch(() => undefined);
		}
	};
	const running = loop();
	return async () => {
		stopped.abort();
		await running;
	};
}
