import type { LogDefinition, LogRow } from "../../../core/ports/offline-log.ts";
import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import type { BatchViewVersion } from "../../../core/registry/snapshot.ts";
import { type ValueConverter, valueConverter } from "../../../core/values/convert-value.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import { compilePacker } from "./batch-writer.ts";

/** Packs rows of a log as rows of one view version; null where there is nothing to write. Throws LIMIT_EXCEEDED. */
export type PackLogRow = (row: LogRow, sequence: bigint | null) => OnlineWrite | null;

/** Takes columns by name, so that a version reads logs that have grown or lost columns since. */
export function compileLogPacker(
	projectId: number,
	view: BatchViewVersion,
	log: LogDefinition,
	retentionMicros: Micros,
): PackLogRow {
	const { eventTime, createdTime, tieBreak } = view.source.definition;
	const columnNamed = (name: string): Column | undefined => log.columns.find((column) => column.name === name);
	const tieColumns = tieBreak.map((name) => columnNamed(name) ?? { name, type: scalar("STRING") });
	const pack = compilePacker(projectId, view, tieColumns, retentionMicros);
	const keys = view.joinKeys.map((column) => place(log, column));
	const features = view.definition.features.map((column) => place(log, column));
	const ties = tieColumns.map((column) => place(log, column));
	const event = place(log, { name: eventTime, type: scalar("TIMESTAMP") });
	const created = createdTime === null ? null : place(log, { name: createdTime, type: scalar("TIMESTAMP") });
	const none: readonly Value[] = [];
	return ({ values, deleted }, sequence) => {
		const at = event(values);
		if (typeof at !== "bigint") return null;
		return pack(
			keys.map((take) => take(values)),
			{
				eventTime: at,
				createdTime: (created?.(values) ?? null) as Micros | null,
				tieBreak: ties.map((take) => take(values)),
				sequence,
				deleted,
				values: deleted ? none : features.map((take) => take(values)),
			},
		);
	};
}

function place(log: LogDefinition, { name, type }: Column): (values: readonly Value[]) => Value {
	const index = log.columns.findIndex((column) => column.name === name);
	const column = log.columns[index];
	const convert: ValueConverter | null = column === undefined ? null : valueConverter(column.type, type);
	if (convert === null) return () => null;
	return (values) => convert(values[index] ?? null) ?? null;
}
