import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

/** A signal that fires with the given one, or once SQL of others has taken longer than it may. Stop it when the work is done. */
export function limitTime(
	signal: AbortSignal,
	milliseconds: number | undefined,
	subject: string,
): { readonly signal: AbortSignal; stop(): void } {
	if (milliseconds === undefined) return { signal, stop: () => undefined };
	const limit = new AbortController();
	const timer = setTimeout(() => limit.abort(tookLonger(milliseconds, subject)), milliseconds).unref();
	return { signal: AbortSignal.any([signal, limit.signal]), stop: () => clearTimeout(timer) };
}

/**
 * Batches of SQL of others, each of which may take so long to come: what their reader does in between is not counted.
 * `interrupt` ends the work on the one that takes longer.
 */
export async function* limitEach<T>(
	batches: AsyncGenerator<T>,
	milliseconds: number | undefined,
	subject: string,
	interrupt: () => void,
): AsyncGenerator<T> {
	if (milliseconds === undefined) {
		yield* batches;
		return;
	}
	let isLate = false;
	const next = async (): Promise<IteratorResult<T>> => {
		const timer = setTimeout(() => {
			isLate = true;
			interrupt();
		}, milliseconds).unref();
		try {
			return await batches.next();
		} catch (error) {
			throw isLate ? tookLonger(milliseconds, subject) : error;
		} finally {
			clearTimeout(timer);
		}
	};
	try {
		for (let batch = await next(); batch.done !== true; batch = await next()) yield batch.value;
	} finally {
		await batches.return(undefined);
	}
}

const tookLonger = (milliseconds: number, subject: string): FeaturegraphError =>
	new FeaturegraphError("LIMIT_EXCEEDED", `Reading ${subject} took longer than ${milliseconds / 1000} s.`, {
		hint: "Simplify the SQL, or raise FEATUREGRAPH_LIMIT_STATEMENT_SECONDS.",
	});
