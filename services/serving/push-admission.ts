/** How much of pushes is taken in at once: beyond it a push is told to come back, rather than to wait in memory. */
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

export interface PushLoad {
	readonly rows: number;
	readonly bytes: number;
}

/** Takes a push in, until the function that it returns is called. Throws OVERLOADED. */
export type AdmitPush = (rows: readonly (readonly unknown[])[]) => () => void;

/** One push alone is always taken: `pushRows` and the size of a request bound it. */
export function pushAdmission(most: PushLoad): AdmitPush {
	let rows = 0;
	let bytes = 0;
	return (lists) => {
		const load = loadOf(lists);
		const isBusy = rows > 0 || bytes > 0;
		if (isBusy && (rows + load.rows > most.rows || bytes + load.bytes > most.bytes)) {
			throw new FeaturegraphError(
				"OVERLOADED",
				`${rows} pushed rows (about ${Math.ceil(bytes / 1024)} KiB) are being taken in: there is no room for ${load.rows} more.`,
				{
					name: "rows",
					hint: `Push again in a moment, with fewer calls at once. One process takes ${most.rows} rows and ${most.bytes} bytes at a time (FEATUREGRAPH_LIMIT_PUSH_ROWS_IN_FLIGHT, FEATUREGRAPH_LIMIT_PUSH_BYTES_IN_FLIGHT).`,
				},
			);
		}
		rows += load.rows;
		bytes += load.bytes;
		let isHeld = true;
		return () => {
			if (!isHeld) return;
			isHeld = false;
			rows -= load.rows;
			bytes -= load.bytes;
		};
	};
}

/** About what the rows take in memory, told by their texts: numbers are small, and what is nested is counted by its parts. */
function loadOf(lists: readonly (readonly unknown[])[]): PushLoad {
	let rows = 0;
	let bytes = 0;
	for (const list of lists) {
		rows += list.length;
		for (const row of list) bytes += bytesOf(row, 0);
	}
	return { rows, bytes };
}

const bytesOfValue = 16;
/** What is nested deeper is refused later, or is JSON text. */
const deepest = 8;

function bytesOf(value: unknown, depth: number): number {
	if (typeof value === "string") return bytesOfValue + value.length * 2;
	if (typeof value !== "object" || value === null || depth === deepest) return bytesOfValue;
	let bytes = bytesOfValue;
	const record = value as Readonly<Record<string, unknown>>;
	for (const name in record) bytes += bytesOf(record[name], depth + 1);
	return bytes;
}
