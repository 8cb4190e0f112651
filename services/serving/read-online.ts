/** The hot path of online reads: from columns of keys to columns of values, without SQL and without objects per row. */
import { type EvaluatedColumn, evaluateOnDemand } from "../../core/reads/evaluate-on-demand.ts";
import type { ReadReference } from "../../core/reads/model.ts";
import type { Micros } from "../../core/values/value.ts";
import { encodeKeys } from "./encode-keys.ts";
import type { OnlineRows, ReadColumn } from "./online-columns.ts";
import type { OnlinePlan } from "./online-plan.ts";
import type { PackedReader } from "./packed-reader.ts";
import { StoredColumns } from "./stored-columns.ts";

export interface OnlineColumns {
	column(read: ReadReference, feature: string): ReadColumn;
	/** A stored view. */
	stored(index: number): StoredColumns;
	/** Stored values that could not be decoded. */
	readonly corrupt: number;
}

/** Reads a plan for rows: one call of `reader`. Features that only expressions of on-demand views need are read too. */
export async function readOnline(
	plan: OnlinePlan,
	rows: OnlineRows,
	reader: PackedReader,
	now: Micros,
): Promise<OnlineColumns> {
	const { keys, positions } = encodeKeys(plan.reads, rows);
	const packed = await reader.read(keys);
	const batch = plan.reads.map(
		(read, index) => new StoredColumns(read, rows, positions[index] ?? new Int32Array(0), packed, now),
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
		if (columns === undefined || at < 0) throw missing(feature);
		return columns.column(at);
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
		stored(index) {
			const columns = batch[index];
			if (columns === undefined) throw missing(`read ${index}`);
			return columns;
		},
		corrupt: batch.reduce((sum, columns) => sum + columns.corrupt, 0),
	};
}

const missing = (what: string): Error => new Error(`The plan of an online read lacks ${what}.`);
