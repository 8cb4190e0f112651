import type { OnlineWrite, PackedBatch, PackedBytes } from "../../core/ports/online-store.ts";

/** Writes of one view version as one packed batch. */
export function packedBatch(viewVersionId: number, writes: readonly OnlineWrite[]): PackedBatch {
	const expiries = writes.map(({ expiresAt }) => expiresAt);
	return {
		viewVersionId,
		count: writes.length,
		keys: packed(writes.map(({ key }) => key)),
		values: packed(writes.map(({ value }) => value)),
		expiresAt: expiries.every((expiry) => expiry !== null) ? BigInt64Array.from(expiries) : null,
	};
}

function packed(all: readonly Uint8Array[]): PackedBytes {
	let end = 0;
	return {
		bytes: Buffer.concat(all),
		ends: Uint32Array.from(all, ({ length }) => {
			end += length;
			return end;
		}),
	};
}
