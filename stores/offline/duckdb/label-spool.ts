/** Label rows in a Parquet file of their own: taken in once, read by every view, removed at close. */
import { rm } from "node:fs/promises";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { fileRow } from "../../../core/offline/duckdb/own-columns.ts";
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { toPlain, valueTypeOf } from "../../../core/offline/duckdb/types.ts";
import { convertLabelColumn } from "../../../core/offline/label-values.ts";
import type { KeptFrame, LabelFrame, LabelSpool } from "../../../core/ports/offline-engine.ts";
import { type Column, sameType, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch, Micros } from "../../../core/values/value.ts";
import { duckdbError } from "./errors.ts";
import { openRows } from "./open-rows.ts";
import { parquetOptions } from "./parquet-options.ts";
import { scratchPath } from "./scratch.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";
import { limitTime } from "./time-limit.ts";

const timestamp = scalar("TIMESTAMP");

export function duckdbLabelSpool(settings: DuckdbSettings): LabelSpool {
	return {
		async write(columns, timestampColumn, batches) {
			const time = timeColumn(columns, timestampColumn);
			const path = `${scratchPath(settings.tempDirectory)}.parquet`;
			const session = await DuckdbSession.open(settings, null);
			const range = new TimeRange();
			let rowCount: number;
			try {
				await session.createTable("labels", columns);
				rowCount = await session.append("labels", columns, range.follow(batches, time, columns));
				await session.run(`COPY labels TO ${text(path)} ${parquetOptions("lz4", columns)}`);
			} catch (error) {
				await rm(path, { force: true });
				throw duckdbError(error, "the label rows");
			} finally {
				await session.close();
			}
			return ownFrame(settings, { path, columns, timestampColumn, rowCount, timeRange: range.found });
		},

		async copy(source, columns, timestampColumn, stopping) {
			const { signal, stop: unlimit } = limitTime(stopping, settings.statementTimeoutMs, "the label rows");
			const path = `${scratchPath(settings.tempDirectory)}.parquet`;
			const opened = await openRows(source, settings, [path]);
			if (opened === null) {
				unlimit();
				return null;
			}
			const { session, relation, types } = opened;
			const stop = session.interruptOn(signal);
			try {
				const fields = columns.map(({ name, type }) => {
					const found = types.get(name) ?? "";
					const given = valueTypeOf(found);
					const isSame = given !== null && sameType(given, type);
					return isSame ? toPlain(identifier(name), found, type) : undefined;
				});
				if (fields.includes(undefined) || columns[timeColumn(columns, timestampColumn)]?.type.scalar !== "TIMESTAMP") {
					return null;
				}
				const list = fields.map((field, index) => `${field} AS ${identifier(columns[index]?.name ?? "")}`);
				signal.throwIfAborted();
				await session.run(
					`COPY (SELECT ${list.join(", ")} FROM ${relation}) TO ${text(path)} ${parquetOptions("lz4", columns)}`,
				);
				const { rowCount, timeRange } = await extentOf(session, path, timestampColumn);
				return ownFrame(settings, { path, columns, timestampColumn, rowCount, timeRange });
			} catch (error) {
				await rm(path, { force: true });
				// Reading it row by row says which one is wrong.
				if (source.kind === "file" && !signal.aborted) return null;
				throw duckdbError(error, "the label rows", signal);
			} finally {
				unlimit();
				stop();
				await session.close();
			}
		},

		open: (kept) => frameOf(settings, kept),

		async slice({ path: from, columns, timestampColumn, timeRange, firstRow }, first, rowCount, signal) {
			const path = `${scratchPath(settings.tempDirectory)}.parquet`;
			const session = await DuckdbSession.open(settings, null);
			const stop = session.interruptOn(signal);
			try {
				signal.throwIfAborted();
				const names = columns.map(({ name }) => identifier(name)).join(", ");
				await session.run(
					`COPY (SELECT ${names} FROM read_parquet(${text(from)}, ${fileRow} = true) ` +
						`WHERE ${fileRow} >= ${first} AND ${fileRow} < ${first + rowCount}) TO ${text(path)} ${parquetOptions("lz4", columns)}`,
				);
				// Times that are no times yet have to be converted to be compared: those of the whole frame enclose them.
				const isTime = columns.some(({ name, type }) => name === timestampColumn && sameType(type, timestamp));
				const range = isTime ? (await extentOf(session, path, timestampColumn)).timeRange : timeRange;
				const slice = { path, columns, timestampColumn, rowCount, timeRange: range };
				return ownFrame(settings, slice, firstRow + first);
			} catch (error) {
				await rm(path, { force: true });
				throw duckdbError(error, "the label rows", signal);
			} finally {
				stop();
				await session.close();
			}
		},
	};
}

/** How many rows a file of plain label rows has, and from when to when. */
async function extentOf(
	session: DuckdbSession,
	path: string,
	timestampColumn: string,
): Promise<Pick<LabelFrame, "rowCount" | "timeRange">> {
	const at = identifier(timestampColumn);
	const [row] = await session.rows(`SELECT count(*), min(${at}), max(${at}) FROM read_parquet(${text(path)})`);
	const [count, min, max] = row as readonly [bigint, Micros | null, Micros | null];
	return { rowCount: Number(count), timeRange: min === null || max === null ? null : { min, max } };
}

/** The frame removes its file. */
const ownFrame = (settings: DuckdbSettings, kept: KeptFrame, firstRow = 0): LabelFrame => ({
	...frameOf(settings, kept, firstRow),
	close: () => rm(kept.path, { force: true }),
});

function frameOf(settings: DuckdbSettings, kept: KeptFrame, firstRow = 0): LabelFrame {
	const { path, columns } = kept;
	return {
		...kept,
		firstRow,
		close: async () => {},
		async *read(names) {
			const types = names.map((name) => {
				const column = columns.find((candidate) => candidate.name === name);
				if (column === undefined) throw missing(name, columns);
				return column.type;
			});
			const session = await DuckdbSession.open(settings, null);
			try {
				yield* session.stream(`SELECT ${names.map(identifier).join(", ")} FROM read_parquet(${text(path)})`, types);
			} catch (error) {
				throw duckdbError(error, "the label rows");
			} finally {
				await session.close();
			}
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
