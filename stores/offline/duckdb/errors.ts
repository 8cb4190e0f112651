/** DuckDB's errors in the words of the catalogue. */
import type { ErrorCode } from "../../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

interface Kind {
	readonly code: ErrorCode;
	readonly hint?: string;
}

function kindOf(message: string): Kind | undefined {
	if (/^(Parser|Binder|Catalog|Permission) Error/.test(message)) return { code: "INVALID_SQL" };
	if (message.startsWith("Out of Memory Error")) {
		return {
			code: "LIMIT_EXCEEDED",
			hint: "Raise the offline engine's memory or temporary-disk limit, or read fewer rows.",
		};
	}
	const ofFile = /^(IO|Invalid Input) Error/.test(message) && /CSV|parquet|JSON|open file|No files/i.test(message);
	if (ofFile) return { code: "UNREADABLE_FILE" };
	return /^[A-Z][A-Za-z ]+ Error/.test(message) ? { code: "SOURCE_FAILED" } : undefined;
}

/**
 * `subject` is what was being read ("the view \"x\""). An aborted signal's reason goes before all: an interrupted query
 * fails with an error of DuckDB's.
 */
export function duckdbError(error: unknown, subject: string, signal?: AbortSignal): unknown {
	if (signal?.aborted === true) return signal.reason;
	if (!(error instanceof Error) || error instanceof FeaturegraphError) return error;
	const kind = kindOf(error.message);
	if (kind === undefined) return error;
	const details = kind.hint === undefined ? {} : { hint: kind.hint };
	return new FeaturegraphError(kind.code, `Reading ${subject} failed. ${firstLines(error.message)}`, details, {
		cause: error,
	});
}

/** Up to the excerpt of our own SQL that DuckDB shows behind an empty line, and up to its advice, which is for who writes that SQL. */
const firstLines = (message: string): string => withoutFolders(message.split(aside)[0]?.trim() ?? message);

const aside = /\n\nLINE |\nPossible solutions:|\n\s*file = |\nTry (?:increasing|setting) /;

/**
 * Paths as definitions write them, from the working folder on, and others by their names alone: where files lie on this
 * machine is nobody's business.
 */
const withoutFolders = (message: string): string =>
	message.replaceAll(`${process.cwd()}/`, "").replace(/(?<![\w./-])\/(?:[^/\s"'`:,]+\/)+/g, "");
