import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";

export interface DeadlineOptions {
	/** Ends it earlier. */
	readonly signal: AbortSignal;
	readonly millis: number;
	/** How long what ends may take to say what it has, before it is left behind. By default a quarter of a second. */
	readonly graceMillis?: number;
}

/**
 * Runs it for as long as an operation may take. Then its signal ends with DEADLINE_EXCEEDED, so that it completes with what it
 * has; where it does not even then, this rejects with that error.
 */
export async function withDeadline<T>(
	run: (signal: AbortSignal) => Promise<T>,
	{ signal, millis, graceMillis = 250 }: DeadlineOptions,
): Promise<T> {
	const own = new AbortController();
	const leave = () => own.abort(signal.reason);
	if (signal.aborted) leave();
	else signal.addEventListener("abort", leave, { once: true });

	const late = Promise.withResolvers<never>();
	let timer = setTimeout(() => {
		const error = exceeded(millis);
		own.abort(error);
		timer = setTimeout(() => late.reject(error), graceMillis);
	}, millis);
	try {
		return await Promise.race([run(own.signal), late.promise]);
	} finally {
		clearTimeout(timer);
		signal.removeEventListener("abort", leave);
	}
}

const exceeded = (millis: number): FeaturegraphError =>
	new FeaturegraphError("DEADLINE_EXCEEDED", `The operation took longer than ${millis} ms.`, {
		hint: "Ask for less at once; long work has a mutation that starts it and a subscription that follows it.",
	});
