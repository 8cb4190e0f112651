import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

/** What one training set may be and take; see core/limits.ts. */
export interface DrawLimits {
	readonly rows: number;
	readonly bytes: number;
	readonly seconds: number;
	/** Rows that are drawn at once, about. */
	readonly shardRows: number;
	/** Of one file: what is larger stays in parts. */
	readonly fileBytes: number;
}

const longestTimerMs = 2 ** 31 - 1;

export function requireRows({ rows }: DrawLimits, rowCount: number): void {
	if (rowCount <= rows) return;
	throw new FeaturegraphError("LIMIT_EXCEEDED", `${rowCount} label rows; a training set has at most ${rows}.`, {
		path: ["labels"],
		hint: "Draw it in several, or raise FEATUREGRAPH_LIMIT_TRAINING_SET_ROWS.",
	});
}

export function requireBytes({ bytes }: DrawLimits, byteCount: number): void {
	if (byteCount <= bytes) return;
	throw new FeaturegraphError("LIMIT_EXCEEDED", `The training set takes more than ${bytes} bytes.`, {
		hint: "Ask for fewer features or rows, or raise FEATUREGRAPH_LIMIT_TRAINING_SET_BYTES.",
	});
}

/** A signal that fires with the given one, or when a worker has drawn for as long as it may. Stop it when the draw has ended. */
export function limitDrawTime(
	{ seconds }: DrawLimits,
	signal: AbortSignal,
): { readonly signal: AbortSignal; stop(): void } {
	const limit = new AbortController();
	const end = (): void =>
		limit.abort(
			new FeaturegraphError("LIMIT_EXCEEDED", `Drawing the training set took longer than ${seconds} s.`, {
				hint: "Look at its plan with `featuregraph explain training-set`; raise FEATUREGRAPH_LIMIT_TRAINING_SET_SECONDS.",
			}),
		);
	const timer = setTimeout(end, Math.min(seconds * 1000, longestTimerMs)).unref();
	return { signal: AbortSignal.any([signal, limit.signal]), stop: () => clearTimeout(timer) };
}
