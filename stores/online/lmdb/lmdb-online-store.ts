import { open } from "lmdb";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { viewVersionOf } from "../../../core/online/key.ts";
import { writeOf } from "../../../core/online/packed-batch.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { OnlineStore, OnlineWrite, WriteOutcome } from "../../../core/ports/online-store.ts";
import { newerAt, recordMaker, unpack } from "./record.ts";

/** Keys per transaction, and between two turns of the event loop: LMDB works synchronously. */
const slice = 2500;

/**
 * The embedded store: one LMDB environment in the folder `path`, which several processes may open.
 * An acknowledged write is committed to the file's pages, so it survives the end of the process, kill -9 among them;
 * after a power failure LMDB goes back to the last commit that had reached the disk, a moment before.
 */
export function openLmdbOnlineStore({ path, clock }: { readonly path: string; readonly clock: Clock }): OnlineStore {
	const database = attempt(() =>
		open<Buffer, Buffer>({ path, keyEncoding: "binary", encoding: "binary", cache: false, noSubdir: false }),
	);
	const recordOf = recordMaker();
	let closed = false;

	/** Runs `work` unless closed: LMDB's native handles must not be used then. */
	const use = <T>(work: () => T): T => {
		if (closed) throw unavailable("it is closed");
		return attempt(work);
	};

	/** Keeps the newer of each pair in one transaction; calls back for each, in their order. */
	function keepNewer(count: number, writeAt: (index: number) => OnlineWrite, told: (isWritten: boolean) => void): void {
		const isNewer = newerAt(clock.now());
		use(() =>
			database.transactionSync(() => {
				for (let index = 0; index < count; index++) {
					const { key, value, expiresAt } = writeAt(index);
					// The record is LMDB's own memory until the next read.
					const isWritten = isNewer(asBuffer(value), database.getBinaryFast(asBuffer(key)));
					if (isWritten) database.putSync(asBuffer(key), recordOf(value, expiresAt));
					told(isWritten);
				}
			}),
		);
	}

	return {
		name: "lmdb",

		async read(keys) {
			const now = clock.now();
			return use(() => {
				// Reads otherwise go on in a snapshot that may be older than another process's acknowledged write.
				database.resetReadTxn();
				return keys.map((key) => unpack(database.getBinary(asBuffer(key)), now));
			});
		},

		async write(writes) {
			const outcomes: WriteOutcome[] = [];
			for (let start = 0; start < writes.length; start += slice) {
				if (start > 0) await nextTurn();
				keepNewer(
					Math.min(slice, writes.length - start),
					(index) => writes[start + index] as OnlineWrite,
					(isWritten) => outcomes.push(isWritten ? "WRITTEN" : "OLDER"),
				);
			}
			return outcomes;
		},

		async writePacked(batch) {
			let written = 0;
			for (let start = 0; start < batch.count; start += slice) {
				if (start > 0) await nextTurn();
				keepNewer(
					Math.min(slice, batch.count - start),
					(index) => writeOf(batch, start + index),
					(isWritten) => {
						if (isWritten) written++;
					},
				);
			}
			return written;
		},

		async drop(prefix) {
			let dropped = 0;
			for (;;) {
				const found: Buffer[] = use(() => [
					...database.getKeys({ start: asBuffer(prefix), end: behind(prefix), limit: slice }),
				]);
				use(() =>
					database.transactionSync(() => {
						for (const key of found) database.removeSync(key);
					}),
				);
				dropped += found.length;
				if (found.length < slice) return dropped;
				await nextTurn();
			}
		},

		async measure(prefix, signal) {
			const found = new Map<number, { entities: number; bytes: number }>();
			let start = asBuffer(prefix);
			for (;;) {
				signal.throwIfAborted();
				const range = { start, end: behind(prefix), limit: slice };
				const entries = use(() => [...database.getRange(range)]);
				for (const { key, value } of entries as { key: Buffer; value: Buffer }[]) {
					const sum = found.get(viewVersionOf(key)) ?? { entities: 0, bytes: 0 };
					found.set(viewVersionOf(key), sum);
					sum.entities++;
					sum.bytes += key.length + value.length;
				}
				const last = entries.at(-1)?.key;
				if (last === undefined || entries.length < slice) return found;
				start = Buffer.concat([last, Buffer.of(0)]);
				await nextTurn();
			}
		},

		async sweep() {
			let freed = 0;
			let start: Buffer | null = null;
			// What a process that was killed was reading is kept for it: every write would make the file grow.
			use(() => database.readerCheck());
			for (;;) {
				const keys: Buffer[] = use(() => [...database.getKeys({ ...(start && { start }), limit: slice })]);
				const now = clock.now();
				use(() =>
					database.transactionSync(() => {
						for (const key of keys) {
							if (unpack(database.getBinary(key), now) === null && database.removeSync(key)) freed++;
						}
					}),
				);
				const last = keys.at(-1);
				if (last === undefined || keys.length < slice) return freed;
				start = Buffer.concat([last, Buffer.of(0)]);
				await nextTurn();
			}
		},

		async usage() {
			const stats = use(() => database.getStats()) as Readonly<Record<string, number>>;
			const { entryCount = 0, pageSize = 0, treeBranchPageCount = 0, treeLeafPageCount = 0, overflowPages = 0 } = stats;
			return { entities: entryCount, bytes: pageSize * (treeBranchPageCount + treeLeafPageCount + overflowPages) };
		},

		async ping() {
			use(() => database.getStats());
		},

		async close() {
			if (closed) return;
			closed = true;
			await database.close();
		},
	};
}

const asBuffer = (bytes: Uint8Array): Buffer =>
	Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The least key behind all that begin with `prefix`. */
function behind(prefix: Uint8Array): Buffer {
	const end = Buffer.from(prefix);
	for (let i = end.length - 1; i >= 0; i--) {
		const byte = end[i] as number;
		if (byte < 0xff) {
			end[i] = byte + 1;
			return end.subarray(0, i + 1);
		}
	}
	return Buffer.alloc(512, 0xff);
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function attempt<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		throw error instanceof FeaturegraphError
			? error
			: unavailable(error instanceof Error ? error.message : String(error), error);
	}
}

const unavailable = (reason: string, cause?: unknown): FeaturegraphError =>
	new FeaturegraphError(
		"STORE_UNAVAILABLE",
		`The embedded online store cannot be used: ${reason}.`,
		{ hint: "Check that FEATUREGRAPH_HOME is writable and that its disk is not full." },
		cause === undefined ? undefined : { cause },
	);
