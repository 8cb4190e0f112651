/** The hot path of online reads: from columns of keys to columns of values, without SQL and without objects per row. */
import { type EvaluatedColumn, evaluateOnDemand, type OperandColumns } from "../../../core/reads/evaluate-on-demand.ts";
import type { ReadReference } from "../../../core/reads/model.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import { encodeKeys } from "./encode-keys.ts";
import type { OnlineRows, ReadColumn } from "./online-columns.ts";
import type { OnlinePlan } from "./online-plan.ts";
import type { PackedReader } from "./packed-reader.ts";
import { StoredColumns } from "./stored-columns.ts";

/** Reads a plan for rows: one call of `reader`. Features that only expressions of on-demand views need are read too. */
export async function readOnline(
	plan: OnlinePlan,
	rows: OnlineRows,
	reader: PackedReader,
	now: Micros,
): Promise<OnlineColumns> {
	const { keys, positions } = encodeKeys(plan.reads, rows);
	return new OnlineColumns(plan, rows, positions, await reader.read(keys), now);
}

/** A class, since an object of functions would be made, with all that they know, for every read. */
export class OnlineColumns implements OperandColumns {
	readonly #plan: OnlinePlan;
	readonly #rows: OnlineRows;
	readonly #stored: readonly StoredColumns[];
	/** By on-demand view, by feature, as far as they are evaluated. */
	readonly #computed: Map<string, EvaluatedColumn>[] = [];

	constructor(
		plan: OnlinePlan,
		rows: OnlineRows,
		positions: readonly Int32Array[],
		packed: readonly (Uint8Array | null)[],
		now: Micros,
	) {
		this.#plan = plan;
		this.#rows = rows;
		this.#stored = plan.reads.map(
			(read, index) => new StoredColumns(read, rows, positions[index] ?? new Int32Array(0), packed, now),
		);
		// In the order in which they need one another.
		for (const read of plan.onDemand) {
			const evaluated = new Map<string, EvaluatedColumn>();
			this.#computed.push(evaluated);
			for (const feature of read.features) {
				evaluated.set(feature, evaluateOnDemand(read, feature, rows.rowCount, this, rows.isBad));
			}
		}
	}

	/** Of stored values that could not be decoded, the number. */
	get corrupt(): number {
		let sum = 0;
		for (const { corrupt } of this.#stored) sum += corrupt;
		return sum;
	}

	column(read: ReadReference, feature: string): ReadColumn {
		if (read.kind === "onDemand") {
			const evaluated = this.#computed[read.index]?.get(feature);
			if (evaluated === undefined) throw missing(feature);
			return { ...evaluated, eventTimes: null };
		}
		const at = this.#plan.batch[read.index]?.features.indexOf(feature) ?? -1;
		if (at < 0) throw missing(feature);
		return this.stored(read.index).column(at);
	}

	/** A stored view. */
	stored(index: number): StoredColumns {
		const columns = this.#stored[index];
		if (columns === undefined) throw missing(`read ${index}`);
		return columns;
	}

	request(name: string): readonly Value[] {
		return this.#rows.column(name);
	}

	feature(read: ReadReference, feature: string): readonly Value[] {
		return this.column(read, feature).values;
	}
}

const missing = (what: string): Error => new Error(`The plan of an online read lacks ${what}.`);
