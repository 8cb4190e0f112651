/** Looks at a worker while its time runs: the last quarter of it tells whether it works. */
const looks = 4;
/** How often its time is given again to a worker that was not let work. */
const mostTimes = 5;

/** `starved`: it was not let work to the end, so that nothing follows about what it works on. */
export type TimedOut = (end: { readonly starved: boolean }) => void;

/**
 * Calls back when a worker has had its time, by the clock; a worker that the machine did not let work meanwhile (the processor
 * was another's, or the whole process was stopped) gets more of it, up to five times as much. `workedMillis` says how
 * long it has had the processor; null: unknown, then the clock alone counts. Returns how to stop.
 */
export function onTimeout(millis: number, workedMillis: () => number | null, timedOut: TimedOut): () => void {
	const quarter = millis / looks;
	let looked = 0;
	let before: number | null = null;
	let timer: NodeJS.Timeout;
	let settling: NodeJS.Immediate | undefined;
	const wait = (): void => {
		timer = setTimeout(() => {
			// This process may have been the slow one: what has come meanwhile is taken first.
			settling = setImmediate(look);
		}, quarter);
	};
	const look = (): void => {
		looked += 1;
		const now = looked >= looks - 1 ? workedMillis() : null;
		const starved = now !== null && before !== null && now - before < quarter / 2;
		before = now;
		if (looked >= looks && (!starved || looked >= looks * mostTimes)) timedOut({ starved });
		else wait();
	};
	wait();
	return () => {
		clearTimeout(timer);
		clearImmediate(settling);
	};
}
