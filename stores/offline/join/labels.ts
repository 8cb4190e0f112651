/** The labels of a join: the relation `labels`, its keys in the types that the views declare. */
import { fileRow, labelRow } from "../../../core/offline/duckdb/own-columns.ts";
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { convertLabelColumn } from "../../../core/offline/label-values.ts";
import type { JoinRead } from "../../../core/ports/feature-join.ts";
import type { LabelFrame, LabelSpool } from "../../../core/ports/offline-engine.ts";
import { type Column, formatValueType, sameType, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import type { DuckdbSession } from "../duckdb/session.ts";

/** A label column read as another type: a column of its own beside those of the labels. */
interface Converted extends Column {
	readonly from: Column;
}

export interface JoinableLabels {
	readonly frame: LabelFrame;
	/** The frame with the columns that had to be converted; the same one where there are none. */
	readonly joined: LabelFrame;
	readonly timestampColumn: string;
	readonly reads: readonly JoinRead[];
	close(): Promise<void>;
}

/** Converts keys and times that came in other types: exactly, or LABELS_INVALID. */
export async function joinableLabels(
	spool: LabelSpool,
	frame: LabelFrame,
	reads: readonly JoinRead[],
): Promise<JoinableLabels> {
	const converted: Converted[] = [];
	const columnFor = (name: string, type: Column["type"]): string => {
		const from = frame.columns.find((column) => column.name === name);
		if (from === undefined) throw new Error(`The labels have no column "${name}".`);
		if (sameType(from.type, type)) return name;
		const known = converted.find((column) => column.from === from && sameType(column.type, type));
		if (known !== undefined) return known.name;
		const column = {
			name: freeName(`${name} as ${formatValueType(type)}`, [...frame.columns, ...converted]),
			type,
			from,
		};
		converted.push(column);
		return column.name;
	};
	const timestampColumn = columnFor(frame.timestampColumn, scalar("TIMESTAMP"));
	const joinReads = reads.map((read) => ({
		...read,
		keyColumns: read.view.joinKeys.map(({ type }, k) => columnFor(read.keyColumns[k] ?? "", type)),
	}));
	if (converted.length === 0) {
		return { frame, joined: frame, timestampColumn, reads: joinReads, close: async () => {} };
	}
	const columns = [...frame.columns, ...converted.map(({ name, type }) => ({ name, type }))];
	const joined = await spool.write(columns, timestampColumn, withConverted(frame, converted));
	return { frame, joined, timestampColumn, reads: joinReads, close: () => joined.close() };
}

/** Label columns have any name, and DuckDB tells names apart by more than their case. */
function freeName(wanted: string, columns: readonly Column[]): string {
	const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
	let name = wanted;
	while (taken.has(name.toLowerCase())) name += "_";
	return name;
}

async function* withConverted(frame: LabelFrame, converted: readonly Converted[]): AsyncGenerator<ColumnBatch> {
	const names = frame.columns.map(({ name }) => name);
	let first = frame.firstRow;
	for await (const { rowCount, columns } of frame.read(names)) {
		const more = converted.map(({ from, type }) =>
			convertLabelColumn(columns[names.indexOf(from.name)] ?? [], from.name, from.type, type, first),
		);
		first += rowCount;
		yield { rowCount, columns: [...columns, ...more] };
	}
}

/** Makes the relation `labels`: `__row` and all columns, of all rows or of a stretch of them. */
export async function showLabels(
	session: DuckdbSession,
	{ path, columns }: LabelFrame,
	stretch?: { readonly first: number; readonly rowCount: number },
): Promise<void> {
	const names = columns.map(({ name }) => identifier(name)).join(", ");
	const rows =
		stretch === undefined
			? ""
			: ` WHERE ${fileRow} >= ${stretch.first} AND ${fileRow} < ${stretch.first + stretch.rowCount}`;
	await session.run(
		`CREATE VIEW labels AS SELECT ${fileRow} AS ${labelRow}, ${names} FROM read_parquet(${text(path)}, ${fileRow} = true)${rows}`,
	);
}
