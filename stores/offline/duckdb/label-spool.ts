/** Label rows in a temporary DuckDB file of their own: taken in once, read by every view, removed at close. */
import { rm } from "node:fs/promises";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { identifier } from "../../../core/offline/duckdb/sql-text.ts";
import { convertLabelColumn } from "../../../core/offline/label-values.ts";
import type { LabelFrame, LabelSpool } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch, Micros } from "../../../core/values/value.ts";
import { scratchPath } from "./scratch.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";

const timestamp = scalar("TIMESTAMP");

export function duckdbLabelSpool(settings: DuckdbSettings): LabelSpool {
	return {
		async write(columns, timestampColumn, batches) {
			const time = timeColumn(columns, timestampColumn);
			const path = scratchPath(settings.tempDirectory);
			const session = await DuckdbSession.open(settings, null, path);
			const close = async (): Promise<void> => {
				await session.close();
				await rm(path, { force: true });
				await rm(`${path}.wal`, { force: true });
			};
			try {
				await session.createTable("labels", columns);
				const range = new TimeRange();
				const rowCount = await session.append("labels", columns, range.follow(batches, time, columns));
				return frame(session, columns, timestampColumn, rowCount, range.found, close);
			} catch (error) {
				await close();
				throw error;
			}
		},
	};
}

function frame(
	session: DuckdbSession,
	columns: readonly Column[],
	timestampColumn: string,
	rowCount: number,
	timeRange: LabelFrame["timeRange"],
	close: () => Promise<void>,
): LabelFrame {
	return {
		columns,
		rowCount,
		timestampColumn,
		timeRange,
		close,
		async *read(names) {
			const types = names.map((name) => {
				const column = columns.find((candidate) => candidate.name === name);
				if (column === undefined) throw missing(name, columns);
				return column.type;
			});
			// A connection streams one result at a time, and several views read at once.
			yield* session.streamApart(`SELECT ${names.map(identifier).join(", ")} FROM labels`, types);
		},
	};
}

class TimeRange {
	found: { min: Micros; max: Micros } | null = null;

	async *follow(
		batches: AsyncIterable<ColumnBatch> | Iterable<ColumnBatch>,
		time: number,
		columns: readonly Column[],
	): AsyncGenerator<ColumnBatch> {
		const { name, type } = columns[time] as Column;
		let first = 0;
		for await (const batch of batches) {
			for (const at of convertLabelColumn(batch.columns[time] ?? [], name, type, timestamp, first)) {
				if (at !== null) this.#include(at as Micros);
			}
			first += batch.rowCount;
			yield batch;
		}
	}

	#include(at: Micros): void {
		if (this.found === null) this.found = { min: at, max: at };
		else if (at < this.found.min) this.found.min = at;
		else if (at > this.found.max) this.found.max = at;
	}
}

function timeColumn(columns: readonly Column[], name: string): number {
	const index = columns.findIndex((column) => column.name === name);
	const type = columns[index]?.type;
	if (type === undefined) throw missing(name, columns);
	if (!type.isArray && ["TIMESTAMP", "DATE", "STRING"].includes(type.scalar)) return index;
	throw new FeaturegraphError(
		"LABELS_INVALID",
		`The label column "${name}" is of type ${type.scalar}, not a timestamp.`,
		{
			name,
			hint: "Name the column that holds the labels' time with `timestampColumn`.",
		},
	);
}

const missing = (name: string, columns: readonly Column[]): FeaturegraphError =>
	new FeaturegraphError("LABELS_INVALID", `The label rows have no column "${name}".`, {
		name,
		hint: `They have: ${columns.map((column) => column.name).join(", ")}.`,
	});
