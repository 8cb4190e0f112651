import type { Value } from "../../../core/values/value.ts";
import type { OnlineRows } from "./online-columns.ts";
import type { CompiledRead } from "./online-plan.ts";

/** The online keys of all reads of a plan, each once. */
export interface EncodedKeys {
	readonly keys: readonly Uint8Array[];
	/** Per read, the place in `keys` of each row; -1 where a key is null or the row malformed. */
	readonly positions: readonly Int32Array[];
}

export function encodeKeys(reads: readonly CompiledRead[], rows: OnlineRows): EncodedKeys {
	const keys: Uint8Array[] = [];
	const [only] = reads;
	// One key is not among others.
	if (rows.rowCount === 1 && reads.length === 1 && only !== undefined) {
		return { keys, positions: [encodeRead(only, rows, keys, null)] };
	}
	// By view version: two reads of one view through other columns may meet in an entity.
	const known = new Map<number, Map<Value, number>>();
	const positions = reads.map((read) => {
		const { id } = read.read.view;
		let own = known.get(id);
		if (own === undefined) {
			own = new Map();
			known.set(id, own);
		}
		return encodeRead(read, rows, keys, own);
	});
	return { keys, positions };
}

function encodeRead(
	{ read, encodeKey }: CompiledRead,
	rows: OnlineRows,
	keys: Uint8Array[],
	known: Map<Value, number> | null,
): Int32Array {
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
		if (!isComplete) continue;
		positions[row] = known === null ? keys.push(encodeKey(values)) - 1 : positionOf(values, encodeKey, keys, known);
	}
	return positions;
}

/** A key of one plain value is known by the value, any other by its bytes. */
function positionOf(
	values: readonly Value[],
	encodeKey: CompiledRead["encodeKey"],
	keys: Uint8Array[],
	known: Map<Value, number>,
): number {
	const [only = null] = values;
	const isPlain = values.length === 1 && typeof only !== "object";
	const key = isPlain ? null : encodeKey(values);
	const name = key === null ? only : Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
	let position = known.get(name);
	if (position === undefined) {
		position = keys.push(key ?? encodeKey(values)) - 1;
		known.set(name, position);
	}
	return position;
}
