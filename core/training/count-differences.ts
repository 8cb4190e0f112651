import { sameValue } from "../values/same-value.ts";
import type { ColumnBatch } from "../values/value.ts";

/**
 * In how many rows the two differ, by column: both have the same columns, and their rows are compared in order. A row
 * that one of them lacks differs in every column. Holds one batch of each, and ends both when it fails.
 */
export async function countDifferences(
	first: AsyncIterable<ColumnBatch>,
	second: AsyncIterable<ColumnBatch>,
	columnCount: number,
): Promise<bigint[]> {
	const counts = new Array<bigint>(columnCount).fill(0n);
	const [left, right] = [new Reader(first), new Reader(second)];
	try {
		for (;;) {
			await Promise.all([left.fill(), right.fill()]);
			const rows = Math.min(left.rest, right.rest);
			const lacking = rows === 0 ? Math.max(left.rest, right.rest) : 0;
			if (rows + lacking === 0) return counts;
			for (let column = 0; column < columnCount; column++) {
				counts[column] = (counts[column] ?? 0n) + BigInt(lacking + differing(left, right, column, rows));
			}
			left.skip(rows + lacking);
			right.skip(rows + lacking);
		}
	} finally {
		await Promise.allSettled([left.end(), right.end()]);
	}
}

function differing(left: Reader, right: Reader, column: number, rows: number): number {
	const [a, b] = [left.batch.columns[column] ?? [], right.batch.columns[column] ?? []];
	let count = 0;
	for (let row = 0; row < rows; row++) {
		if (!sameValue(a[left.offset + row] ?? null, b[right.offset + row] ?? null)) count++;
	}
	return count;
}

class Reader {
	batch: ColumnBatch = { rowCount: 0, columns: [] };
	offset = 0;
	private readonly iterator: AsyncIterator<ColumnBatch>;

	constructor(batches: AsyncIterable<ColumnBatch>) {
		this.iterator = batches[Symbol.asyncIterator]();
	}

	/** Rows of the present batch that have not been compared; 0 once there are no more. */
	get rest(): number {
		return this.batch.rowCount - this.offset;
	}

	async fill(): Promise<void> {
		while (this.rest === 0) {
			const next = await this.iterator.next();
			if (next.done === true) return;
			this.batch = next.value;
			this.offset = 0;
		}
	}

	skip(rows: number): void {
		this.offset = Math.min(this.batch.rowCount, this.offset + rows);
	}

	async end(): Promise<void> {
		await this.iterator.return?.();
	}
}
