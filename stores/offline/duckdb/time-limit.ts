import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

/** A signal that fires with the given one, or once SQL of others has taken longer than it may. Stop it when the work is done. */
export function limitTime(
	signal: AbortSignal,
	milliseconds: number | undefined,
	subject: string,
): { readonly signal: AbortSignal; stop(): void } {
	if (milliseconds === undefined) return { signal, stop: () => undefined };
	const limit = new AbortController();
	const timer = setTimeout(() => {
		limit.abort(
			new FeaturegraphError("LIMIT_EXCEEDED", `Reading ${subject} took longer than ${milliseconds / 1000} s.`, {
				hint: "Simplify the SQL, or raise FEATUREGRAPH_LIMIT_STATEMENT_SECONDS.",
			}),
		);
	}, milliseconds).unref();
	return { signal: AbortSignal.any([signal, limit.signal]), stop: () => clearTimeout(timer) };
}
