import { ExponentialBackoff, handleWhen, retry } from "cockatiel";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Micros } from "../../core/values/value.ts";

export interface OnlineWait {
	readonly clock: Clock;
	readonly logger: Logger;
	/** How long a run waits for an online store that does not answer. */
	readonly onlineWaitMicros: Micros;
}

/** With jitter, so that runs that wait do not come back all at once. */
const pauses = { initialDelay: 100, maxDelay: 5_000 };

/**
 * Writes a batch, again and again while the online store does not answer: writing twice does no harm, since the newer
 * row wins. The run stays RUNNING meanwhile and can be cancelled. Waits so long at most; then STORE_UNAVAILABLE.
 */
export async function whenOnline<T>(
	{ clock, logger, onlineWaitMicros }: OnlineWait,
	view: string,
	signal: AbortSignal,
	write: () => Promise<T>,
): Promise<T> {
	let until: Micros | null = null;
	const isWorthWaiting = (error: unknown): boolean => {
		if (!isUnavailable(error)) return false;
		const now = clock.now();
		if (until === null) logger.warn({ err: error, view }, "A materialization waits for the online store");
		until ??= now + onlineWaitMicros;
		return now < until;
	};
	const again = retry(handleWhen(isWorthWaiting), {
		maxAttempts: Number.POSITIVE_INFINITY,
		backoff: new ExponentialBackoff(pauses),
	});
	try {
		const written = await again.execute(({ signal: stopped }) => {
			stopped.throwIfAborted();
			return write();
		}, signal);
		if (until !== null) logger.info({ view }, "The online store answers again: the materialization goes on");
		return written;
	} catch (error) {
		signal.throwIfAborted();
		if (!isUnavailable(error)) throw error;
		const { code, message, ...details } = error.toUserError();
		throw new FeaturegraphError(code, message, {
			...details,
			hint: `What is online stays. Once the store answers, materialize again: nothing that is there is replaced by what is older. ${details.hint ?? ""}`.trim(),
		});
	}
}

const isUnavailable = (error: unknown): error is FeaturegraphError =>
	error instanceof FeaturegraphError && error.code === "STORE_UNAVAILABLE";
