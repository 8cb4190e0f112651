/** What an engine reads of the labels. */
import { convertLabelColumn } from "../../core/offline/label-values.ts";
import type { LabelFrame, PointInTimeRequest } from "../../core/ports/offline-engine.ts";
import { scalar } from "../../core/values/type.ts";
import type { ColumnBatch } from "../../core/values/value.ts";

/** Batches of row ids from 0 on, the join keys of each look-up and the time, converted. */
export async function* labelRows(
	labels: LabelFrame,
	{ view, lookups }: Pick<PointInTimeRequest, "view" | "lookups">,
): AsyncGenerator<ColumnBatch> {
	const wanted = [
		...lookups.flatMap(({ keyColumns }) =>
			view.joinKeys.map(({ type }, index) => ({ column: keyColumns[index] ?? "", type })),
		),
		{ column: labels.timestampColumn, type: scalar("TIMESTAMP") },
	];
	const types = new Map(labels.columns.map(({ name, type }) => [name, type]));
	let first = 0;
	for await (const batch of labels.read(wanted.map(({ column }) => column))) {
		const columns = wanted.map(({ column, type }, index) =>
			convertLabelColumn(batch.columns[index] ?? [], column, types.get(column) ?? type, type, first),
		);
		const start = first;
		const ids = Array.from({ length: batch.rowCount }, (_, row) => BigInt(start + row));
		yield { rowCount: batch.rowCount, columns: [ids, ...columns] };
		first += batch.rowCount;
	}
}
