/** Label rows on their way into the frame that a training set is drawn from. */
import type { LabelFrame, LabelSpool } from "../../../core/ports/offline-engine.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import { arrangeLabels, type LabelColumn, labelLayout } from "../../../core/training/label-layout.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import type { TrainingRequest } from "../training-request.ts";
import { type LabelContext, type LabelRows, type LabelSourceDeps, openLabels } from "./label-source.ts";

export interface TakenLabels {
	readonly layout: readonly LabelColumn[];
	readonly frame: LabelFrame;
}

/**
 * Takes the label rows of a request in, in the layout of its training set. Rows that lie in files and have the declared types
 * already are copied as they are; others pass through JavaScript, where a value that does not fit is named with its row.
 */
export async function takeLabels(
	deps: LabelSourceDeps & { readonly spool: LabelSpool },
	selection: ResolvedSelection,
	{ labels, timestampColumn }: Pick<TrainingRequest, "labels" | "timestampColumn">,
	context: LabelContext,
): Promise<TakenLabels> {
	const rows = await openLabels(deps, selection.snapshot, labels, context);
	const layout = labelLayout(selection, timestampColumn, rows.columns);
	return { layout, frame: await spoolLabels(deps, layout, timestampColumn, rows, context.signal) };
}

/** Rows in their layout as a frame. */
export async function spoolLabels(
	{ spool }: { readonly spool: LabelSpool },
	layout: readonly LabelColumn[],
	timestampColumn: string,
	rows: LabelRows,
	signal: AbortSignal,
): Promise<LabelFrame> {
	const columns = layout.map(({ name, type }) => ({ name, type }));
	const copied = rows.source === null ? null : await spool.copy(rows.source, columns, timestampColumn, signal);
	return copied ?? spool.write(columns, timestampColumn, arranged(layout, rows, signal));
}

async function* arranged(
	layout: readonly LabelColumn[],
	{ batches }: LabelRows,
	signal: AbortSignal,
): AsyncGenerator<ColumnBatch> {
	let row = 0;
	for await (const batch of batches) {
		signal.throwIfAborted();
		yield arrangeLabels(layout, batch, row);
		row += batch.rowCount;
	}
}
