/** The hot path of online reads: from columns of keys to columns of values, without SQL and without objects per row. */
import { rowStatus } from "../../core/online/row-status.ts";
import { type EvaluatedColumn, evaluateOnDemand } from "../../core/reads/evaluate-on-demand.ts";
import type { FeatureStatus } from "../../core/reads/frame.ts";
import type { ReadReference } from "../../core/reads/model.ts";
import type { Micros, Value } from "../../core/values/value.ts";
import type { CompiledRead, OnlinePlan } from "./online-plan.ts";
import { type PackedReader, unreadable } from "./packed-reader.ts";

/** Rows to read, column by column: join keys and request data, each of its declared type. */
export interface OnlineRows {
	readonly rowCount: number;
	column(name: string): readonly Value[];
	/** 1 where a row is malformed: nothing is read for it, its statuses are ERROR. */
	readonly isBad: Uint8Array;
}

export interface ReadColumn {
	readonly values: readonly Value[];
	readonly statuses: readonly FeatureStatus[];
	/** Null for a feature computed on demand. */
	readonly eventTimes: readonly (Micros | null)[] | null;
	/** Expressions that failed. */
	readonly failures: EvaluatedColumn["failures"];
}

export interface OnlineColumns {
	column(read: ReadReference, feature: string): ReadColumn;
	/** Status and event time of the rows of a stored view, as a whole. */
	rows(index: number): BatchColumns;
	/** Stored values that could not be decoded. */
	readonly corrupt: number;
}

interface BatchColumns {
	/** By position in `read.features`. */
	readonly values: readonly Value[][];
	readonly statuses: readonly FeatureStatus[][];
	readonly rowStatuses: readonly FeatureStatus[];
	readonly eventTimes: readonly (Micros | null)[];
	readonly corrupt: number;
}

/** Reads a plan for rows: one call of `reader`. Features that only expressions of on-demand views need are read too. */
export async function readOnline(
	plan: OnlinePlan,
	rows: OnlineRows,
	reader: PackedReader,
	now: Micros,
): Promise<OnlineColumns> {
	const keys: Uint8Array[] = [];
	// Per read, the position in `keys` of each row; -1 where a key is null.
	const positions = plan.reads.map((read) => encodeKeys(read, rows, keys));
	const packed = await reader.read(keys);
	const batch = plan.reads.map((read, index) =>
		decodeRead(read, rows, positions[index] ?? new Int32Array(0), packed, now),
	);

	const onDemand = plan.onDemand.map(() => new Map<string, EvaluatedColumn>());
	const column = (read: ReadReference, feature: string): ReadColumn => {
		if (read.kind === "onDemand") {
			const evaluated = onDemand[read.index]?.get(feature);
			if (evaluated === undefined) throw missing(feature);
			return { ...evaluated, eventTimes: null };
		}
		const columns = batch[read.index];
		const at = plan.batch[read.index]?.features.indexOf(feature) ?? -1;
		const values = columns?.values[at];
		const statuses = columns?.statuses[at];
		if (columns === undefined || values === undefined || statuses === undefined) throw missing(feature);
		return { values, statuses, eventTimes: columns.eventTimes, failures: [] };
	};
	const operands = {
		request: (name: string) => rows.column(name),
		feature: (read: ReadReference, feature: string) => column(read, feature).values,
	};
	for (const [index, read] of plan.onDemand.entries()) {
		for (const feature of read.features) {
			onDemand[index]?.set(feature, evaluateOnDemand(read, feature, rows.rowCount, operands, rows.isBad));
		}
	}
	return {
		column,
		rows(index) {
			const columns = batch[index];
			if (columns === undefined) throw missing(`read ${index}`);
			return columns;
		},
		corrupt: batch.reduce((sum, columns) => sum + columns.corrupt, 0),
	};
}

const missing = (what: string): Error => new Error(`The plan of an online read lacks ${what}.`);

function encodeKeys({ read, encodeKey }: CompiledRead, rows: OnlineRows, keys: Uint8Array[]): Int32Array {
	const { rowCount, isBad } = rows;
	const positions = new Int32Array(rowCount).fill(-1);
	// Needed for its keys alone, as the input of an expression that asks nothing of it.
	if (read.features.length === 0) return positions;
	const columns = read.keyColumns.map((name) => rows.column(name));
	const values = new Array<Value>(columns.length).fill(null);
	for (let row = 0; row < rowCount; row++) {
		if (isBad[row] === 1) continue;
		let isComplete = true;
		for (let i = 0; i < columns.length; i++) {
			const value = columns[i]?.[row] ?? null;
			if (value === null) isComplete = false;
			values[i] = value;
		}
		if (isComplete) positions[row] = keys.push(encodeKey(values)) - 1;
	}
	return positions;
}

function decodeRead(
	{ read, decode, ttlMicros }: CompiledRead,
	rows: OnlineRows,
	positions: Int32Array,
	packed: readonly (Uint8Array | null)[],
	now: Micros,
): BatchColumns {
	const { rowCount, isBad } = rows;
	const width = read.features.length;
	const values = read.features.map(() => new Array<Value>(rowCount).fill(null));
	const statuses = read.features.map(() => new Array<FeatureStatus>(rowCount).fill("NOT_FOUND"));
	const rowStatuses = new Array<FeatureStatus>(rowCount).fill("NOT_FOUND");
	const eventTimes = new Array<Micros | null>(rowCount).fill(null);
	let corrupt = 0;
	for (let row = 0; row < rowCount; row++) {
		const position = positions[row] ?? -1;
		const bytes = position < 0 ? null : (packed[position] ?? null);
		if (bytes === null) {
			if (isBad[row] === 1) setRow(row, "ERROR");
			continue;
		}
		if (bytes === unreadable) {
			setRow(row, "ERROR");
			continue;
		}
		const decoded = decode(bytes);
		if (typeof decoded === "string") {
			corrupt++;
			setRow(row, "ERROR");
			continue;
		}
		const status = rowStatus(decoded.eventTime, decoded.deleted, ttlMicros, now);
		if (status === "NOT_FOUND") continue;
		eventTimes[row] = decoded.eventTime;
		if (status === "OUTSIDE_MAX_AGE") {
			setRow(row, status);
			continue;
		}
		rowStatuses[row] = "PRESENT";
		for (let i = 0; i < width; i++) {
			const value = decoded.values[i] ?? null;
			(values[i] as Value[])[row] = value;
			(statuses[i] as FeatureStatus[])[row] = value === null ? "NULL_VALUE" : "PRESENT";
		}
	}
	return { values, statuses, rowStatuses, eventTimes, corrupt };

	function setRow(row: number, status: FeatureStatus): void {
		rowStatuses[row] = status;
		for (const column of statuses) column[row] = status;
	}
}
