/** How much of pushes is taken in at once: beyond it a push is told to come back, rather than to wait in memory. */
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { GivenPush } from "./push-rows.ts";

export interface PushLoad {
	readonly rows: number;
	readonly bytes: number;
}

/** Takes a push of a principal in, until the function that it returns is called. Throws OVERLOADED. */
export type AdmitPush = (principal: string, rows: readonly GivenPush[]) => () => void;

/**
 * One push alone is always taken: `pushRows` and the size of a request bound it. Who has pushes under way already gets no more than
 * half of the room with another: nobody keeps out everybody else.
 */
export function pushAdmission(most: PushLoad): AdmitPush {
	const half = { rows: most.rows / 2, bytes: most.bytes / 2 };
	let all = none;
	const loads = new Map<string, PushLoad>();
	return (principal, lists) => {
		const load = loadOf(lists);
		const own = loads.get(principal) ?? none;
		if (exceeds(all, load, most) || exceeds(own, load, half)) throw overloaded(all, load, most);
		all = sum(all, load, 1);
		loads.set(principal, sum(own, load, 1));
		let isHeld = true;
		return () => {
			if (!isHeld) return;
			isHeld = false;
			all = sum(all, load, -1);
			const left = sum(loads.get(principal) ?? load, load, -1);
			if (isNone(left)) loads.delete(principal);
			else loads.set(principal, left);
		};
	};
}

const none: PushLoad = { rows: 0, bytes: 0 };
const isNone = ({ rows, bytes }: PushLoad): boolean => rows === 0 && bytes === 0;
const sum = (a: PushLoad, b: PushLoad, sign: 1 | -1): PushLoad => ({
	rows: a.rows + sign * b.rows,
	bytes: a.bytes + sign * b.bytes,
});

/** Is it too much beside what is under way? */
const exceeds = (present: PushLoad, more: PushLoad, most: PushLoad): boolean =>
	!isNone(present) && (present.rows + more.rows > most.rows || present.bytes + more.bytes > most.bytes);

const overloaded = ({ rows, bytes }: PushLoad, load: PushLoad, most: PushLoad): FeaturegraphError =>
	new FeaturegraphError(
		"OVERLOADED",
		`${rows} pushed rows (about ${Math.ceil(bytes / 1024)} KiB) are being taken in: there is no room for ${load.rows} more.`,
		{
			name: "rows",
			hint: `Push again in a moment, with fewer calls at once. One process takes ${most.rows} rows and ${most.bytes} bytes at a time (FEATUREGRAPH_LIMIT_PUSH_ROWS_IN_FLIGHT, FEATUREGRAPH_LIMIT_PUSH_BYTES_IN_FLIGHT), half of them from one caller.`,
		},
	);

/** About what the rows take in memory, told by their texts: numbers are small, and what is nested is counted by its parts. */
function loadOf(lists: readonly GivenPush[]): PushLoad {
	let rows = 0;
	let bytes = 0;
	for (const list of lists) {
		if ("rowCount" in list) {
			rows += list.rowCount;
			bytes += list.byteCount * 2 + bytesOfValue * list.rowCount * list.columns.size;
			continue;
		}
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
