/** How often a worker is looked at in its time. */
const looks = 4;
/** Of its time, what it must have had of the processor for its time to be up. */
const leastShare = 1 / looks;
/** How often its time is given to a worker that was not let work. */
const mostTimes = 5;

/** `starved`: it was not let work to the end, so that nothing follows about what it works on. */
export type TimedOut = (end: { readonly starved: boolean }) => void;

/**
 * Calls back when a worker has had its time, by the clock; a worker that the machine did not let work meanwhile (the processor
 * was another's, or the whole process was stopped) gets more of it, up to five times as much. `workedMillis` says how
 * long it has had the processor; null: unknown, then the clock alone counts. Returns how to stop.
 */
export function onTimeout(millis: number, workedMillis: () => number | null, timedOut: TimedOut): () => void {
	let looked = 0;
	let atFirst: number | null = null;
	let timer: NodeJS.Timeout;
	let settling: NodeJS.Immediate | undefined;
	const wait = (): void => {
		timer = setTimeout(() => {
			// This process may have been the slow one: what has come meanwhile is taken first.
			settling = setImmediate(look);
		}, millis / looks);
	};
	const look = (): void => {
		looked += 1;
		const worked = workedMillis();
		// What most are asked is done before the first look: only then is there something to count from.
		if (looked === 1) atFirst = worked;
		const starved = worked !== null && atFirst !== null && worked - atFirst < millis * leastShare;
		if (looked >= looks && (!starved || looked >= looks * mostTimes)) timedOut({ starved });
		else wait();
	};
	wait();
	return () => {
		clearTimeout(timer);
		clearImmediate(settling);
	};
}
