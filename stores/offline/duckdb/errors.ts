/** DuckDB's errors in the words of the catalogue. */
import type { ErrorCode } from "../../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

const kinds: readonly { readonly prefix: RegExp; readonly code: ErrorCode; readonly hint?: string }[] = [
	{ prefix: /^(Parser|Binder|Catalog|Permission) Error/, code: "INVALID_SQL" },
	{
		prefix: /^(IO|Invalid Input) Error: (.*\n?)*?.*(CSV|Parquet|parquet|JSON|open file|No files)/,
		code: "UNREADABLE_FILE",
	},
	{
		prefix: /^Out of Memory Error/,
		code: "LIMIT_EXCEEDED",
		hint: "Raise the offline engine's memory or temporary-disk limit, or read fewer rows.",
	},
];

/**
 * `subject` is what was being read ("the view \"x\""). An aborted signal's reason goes before all: an interrupted query
 * fails with an error of DuckDB's.
 */
export function duckdbError(error: unknown, subject: string, signal?: AbortSignal): unknown {
	if (signal?.aborted === true) return signal.reason;
	if (!(error instanceof Error) || error instanceof FeaturegraphError) return error;
	const kind = kinds.find(({ prefix }) => prefix.test(error.message));
	if (kind === undefined && !/^[A-Z][A-Za-z ]+ Error/.test(error.message)) return error;
	const code = kind?.code ?? "SOURCE_FAILED";
	const details = kind?.hint === undefined ? {} : { hint: kind.hint };
	return new FeaturegraphError(code, `Reading ${subject} failed. ${firstLines(error.message)}`, details, {
		cause: error,
	});
}

/** Up to the excerpt of our own SQL that DuckDB shows behind an empty line. */
const firstLines = (message: string): string => message.split("\n\nLINE ")[0]?.trim() ?? message;
