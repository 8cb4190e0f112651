/** Does `work` later, or calls `refused` when too much waits. */
export type CompileQueue = (work: () => void, refused: () => void) => void;

/** One piece of work for each turn of the event loop, so that a wave of new documents delays requests by one only. */
export function compileQueue(most: number): CompileQueue {
	const waiting: (() => void)[] = [];
	const next = () => {
		try {
			waiting.shift()?.();
		} finally {
			if (waiting.length > 0) setImmediate(next);
		}
	};
	return (work, refused) => {
		if (waiting.length >= most) {
			refused();
			return;
		}
		waiting.push(work);
		if (waiting.length === 1) setImmediate(next);
	};
}
