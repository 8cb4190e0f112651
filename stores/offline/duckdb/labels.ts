/** Labels into an engine's session: row id, keys in the types that the view declares, and time. */
import { convertLabelColumn } from "../../../core/offline/label-values.ts";
import type { LabelFrame, PointInTimeRequest } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import type { DuckdbSession } from "./session.ts";

/** Makes the table `labels` (`id`, `k0…`, `ts`). */
export async function loadLabels(
	session: DuckdbSession,
	labels: LabelFrame,
	request: PointInTimeRequest,
): Promise<void> {
	const columns: readonly Column[] = [
		{ name: "id", type: scalar("INT64") },
		...request.view.joinKeys.map(({ type }, k) => ({ name: `k${k}`, type })),
		{ name: "ts", type: scalar("TIMESTAMP") },
	];
	await session.createTable("labels", columns);
	await session.append("labels", columns, labelRows(labels, request));
}

/** Batches of row ids from 0 on, the join keys and the time, converted. */
export async function* labelRows(
	labels: LabelFrame,
	{ view, keyColumns }: Pick<PointInTimeRequest, "view" | "keyColumns">,
): AsyncGenerator<ColumnBatch> {
	const wanted = [
		...view.joinKeys.map(({ type }, index) => ({ column: keyColumns[index] ?? "", type })),
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
