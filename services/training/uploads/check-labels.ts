/** Whether a file of label rows can be read throughout, and has what the training set that it is for asks of them. */
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { LabelFiles } from "../../../core/ports/label-files.ts";
import type { FileFormat, FrameFiles, LabelSpool } from "../../../core/ports/offline-engine.ts";
import type { ExpectedLabels } from "../../../core/ports/upload-store.ts";
import { labelLayout } from "../../../core/training/label-layout.ts";
import { spoolLabels } from "../labels/take-labels.ts";

export interface CheckDeps {
	readonly frames: FrameFiles;
	readonly spool: LabelSpool;
	readonly labelFiles: LabelFiles;
}

const readingFailed = new Set(["UNREADABLE_FILE", "SOURCE_FAILED", "INVALID_SQL"]);
const mostMessageChars = 300;

/**
 * Reads all of it the way a draw does, and keeps nothing. LABELS_INVALID with the first bad row and its column;
 * UNREADABLE_FILE. Null `expected`: any columns will do.
 */
export async function checkLabels(
	deps: CheckDeps,
	path: string,
	format: FileFormat,
	expected: ExpectedLabels | null,
	signal: AbortSignal,
): Promise<void> {
	try {
		const { columns, batches } = await deps.frames.read(path, format, signal);
		if (expected === null) {
			for await (const _ of batches) signal.throwIfAborted();
			return;
		}
		const layout = labelLayout(expected, expected.timestampColumn, columns);
		const rows = { columns, batches, source: { kind: "file", path, format } } as const;
		const frame = await spoolLabels(deps, layout, expected.timestampColumn, rows, signal);
		await frame.close();
	} catch (error) {
		if (!(error instanceof FeaturegraphError)) throw error;
		if (error.code === "LIMIT_EXCEEDED") throw new FeaturegraphError(error.code, shown(error, path), error.details);
		if (!readingFailed.has(error.code)) throw error;
		throw (await badValue(deps, path, format, signal)) ?? unreadable(error, path);
	}
}

async function badValue(
	{ labelFiles }: CheckDeps,
	path: string,
	format: FileFormat,
	signal: AbortSignal,
): Promise<FeaturegraphError | null> {
	const bad = await labelFiles.firstBadValue(path, format, signal).catch(() => null);
	if (bad === null) return null;
	const shown = JSON.stringify(bad.value.slice(0, 60));
	const where = `row ${bad.row}${bad.line === null ? "" : ` (line ${bad.line})`}`;
	const message =
		bad.column === null
			? `The labels have ${shown} in ${where}, which is no ${bad.type}.`
			: `The label column "${bad.column}" has ${shown} in ${where}, which is no ${bad.type} as in the rows before.`;
	const hint = "Mend the row and send the file again; rows are counted from 0.";
	const name = bad.column === null ? {} : { name: bad.column };
	return new FeaturegraphError("LABELS_INVALID", message, { ...name, index: bad.row, hint });
}

const unreadable = (error: FeaturegraphError, path: string): FeaturegraphError =>
	new FeaturegraphError("UNREADABLE_FILE", shown(error, path), {
		hint: "Send it again in the format that the upload was made for, or make another upload.",
	});

/** Where the file lies on this machine is nobody's business who sent it. */
function shown({ message }: FeaturegraphError, path: string): string {
	const [first = ""] = message.replaceAll(path, "of label rows").split("\n\n");
	return first.slice(0, mostMessageChars);
}
