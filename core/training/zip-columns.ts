import type { ColumnBatch } from "../values/value.ts";

/**
 * Puts streams of the same rows side by side: batches with the columns of the first stream, then of the second, and
 * so on. The streams may cut their rows into batches as they like; they must have equally many rows. Reads no
 * further ahead than one batch of each, and ends all of them when its reader stops.
 */
export async function* zipColumns(streams: readonly AsyncIterable<ColumnBatch>[]): AsyncGenerator<ColumnBatch> {
	const heads = streams.map((stream) => ({ iterator: stream[Symbol.asyncIterator](), batch: empty, offset: 0 }));
	try {
		for (;;) {
			await Promise.all(heads.map(fill));
			const rowCount = Math.min(...heads.map(({ batch, offset }) => batch.rowCount - offset));
			if (rowCount <= 0) {
				if (heads.some(({ batch, offset }) => batch.rowCount > offset)) {
					throw new Error("Streams of the same labels have different numbers of rows.");
				}
				return;
			}
			yield { rowCount, columns: heads.flatMap((head) => take(head, rowCount)) };
		}
	} finally {
		await Promise.allSettled(heads.map(async ({ iterator }) => iterator.return?.()));
	}
}

interface Head {
	readonly iterator: AsyncIterator<ColumnBatch>;
	batch: ColumnBatch;
	offset: number;
}

const empty: ColumnBatch = { rowCount: 0, columns: [] };

async function fill(head: Head): Promise<void> {
	while (head.offset >= head.batch.rowCount) {
		const next = await head.iterator.next();
		if (next.done === true) return;
		head.batch = next.value;
		head.offset = 0;
	}
}

function take(head: Head, rowCount: number): ColumnBatch["columns"] {
	const { batch, offset } = head;
	head.offset += rowCount;
	if (offset === 0 && rowCount === batch.rowCount) return batch.columns;
	return batch.columns.map((column) => column.slice(offset, offset + rowCount));
}
