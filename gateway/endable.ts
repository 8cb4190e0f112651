/** What may end early, and says so by a signal. Reading the signal may make it: most of what runs never asks. */
export interface Endable {
	readonly signal: AbortSignal;
	/** Why it has ended; undefined: it goes on. Reading it makes nothing. Where it is absent, the signal says so. */
	readonly endReason?: unknown;
}

/** Why it has ended; undefined: it goes on. */
export function endReasonOf(endable: Endable): unknown {
	if ("endReason" in endable) return endable.endReason;
	const { signal } = endable;
	return signal.aborted ? (signal.reason as unknown) : undefined;
}
