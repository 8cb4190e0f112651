import { eventTimeOf, type OpenedValue } from "../../../core/online/decode.ts";
import { rowStatus } from "../../../core/online/row-status.ts";
import type { FeatureStatus } from "../../../core/reads/frame.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import type { OnlineRows, ReadColumn } from "./online-columns.ts";
import type { CompiledRead } from "./online-plan.ts";
import { unreadable } from "./packed-reader.ts";

/** What one read of a stored view found. Columns, statuses and times are made when they are asked for. */
export class StoredColumns {
	/** Of the rows as a whole: PRESENT although a feature is null. */
	readonly rowStatuses: readonly FeatureStatus[];
	/** Stored values that could not be decoded. */
	readonly corrupt: number;
	readonly #read: CompiledRead;
	/** By row, what is shown; null where nothing is. */
	readonly #shown: readonly (OpenedValue | null)[];
	/** By row, what is there: what is too old to be shown has a time as well. */
	readonly #found: readonly (OpenedValue | null)[];
	readonly #columns: (ReadColumn | undefined)[] = [];
	#eventTimes: readonly (Micros | null)[] | null = null;

	/** `positions` are those of the rows in `packed`; -1: nothing was asked for. */
	constructor(
		read: CompiledRead,
		{ rowCount, isBad }: Pick<OnlineRows, "rowCount" | "isBad">,
		positions: Int32Array,
		packed: readonly (Uint8Array | null)[],
		now: Micros,
	) {
		const { decoder, ttlMicros } = read;
		const statuses: FeatureStatus[] = [];
		const found: (OpenedValue | null)[] = [];
		let shown = found;
		let corrupt = 0;
		for (let row = 0; row < rowCount; row++) {
			const position = positions[row] ?? -1;
			const bytes = position < 0 ? null : (packed[position] ?? null);
			let opened: OpenedValue | null = null;
			let status: FeatureStatus = isBad[row] === 1 ? "ERROR" : "NOT_FOUND";
			if (bytes === unreadable) {
				status = "ERROR";
			} else if (bytes !== null) {
				opened = decoder.open(bytes);
				if (opened === null) {
					corrupt++;
					status = "ERROR";
				} else if (opened.isDeleted) {
					opened = null;
				} else {
					status = ttlMicros === null ? "PRESENT" : rowStatus(eventTimeOf(opened), false, ttlMicros, now);
				}
			}
			statuses.push(status);
			const isHidden = opened !== null && status !== "PRESENT";
			if (isHidden && shown === found) shown = found.slice();
			if (shown !== found) shown.push(isHidden ? null : opened);
			found.push(opened);
		}
		this.rowStatuses = statuses;
		this.corrupt = corrupt;
		this.#read = read;
		this.#shown = shown;
		this.#found = found;
	}

	/** By position in the read's features. */
	column(index: number): ReadColumn {
		this.#columns[index] ??= new StoredColumn(this, this.#read.decoder.column(index, this.#shown));
		return this.#columns[index];
	}

	get eventTimes(): readonly (Micros | null)[] {
		this.#eventTimes ??= this.#found.map((value) => (value === null ? null : eventTimeOf(value)));
		return this.#eventTimes;
	}
}

/** What is stored has been computed. */
const none: ReadColumn["failures"] = [];

class StoredColumn implements ReadColumn {
	readonly values: readonly Value[];
	readonly failures: ReadColumn["failures"] = none;
	readonly #rows: StoredColumns;

	constructor(rows: StoredColumns, values: readonly Value[]) {
		this.values = values;
		this.#rows = rows;
	}

	get statuses(): readonly FeatureStatus[] {
		const { values } = this;
		return this.#rows.rowStatuses.map((status, row) =>
			status === "PRESENT" && values[row] === null ? "NULL_VALUE" : status,
		);
	}

	get eventTimes(): readonly (Micros | null)[] {
		return this.#rows.eventTimes;
	}
}
