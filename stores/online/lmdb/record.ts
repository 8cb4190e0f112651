import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import type { Micros } from "../../../core/values/value.ts";

/** LMDB knows no expiry: each record begins with it, in microseconds, eight bytes. */
const expiryBytes = 8;
const never = 0x7fff_ffff_ffff_ffffn;

export function pack({ value, expiresAt }: OnlineWrite): Buffer {
	const record = Buffer.allocUnsafe(expiryBytes + value.length);
	record.writeBigInt64BE(expiresAt ?? never);
	record.set(value, expiryBytes);
	return record;
}

/** The value of a record; null when there is none, or when it has expired. */
export function unpack(record: Buffer | undefined, now: Micros): Buffer | null {
	if (record === undefined || record.length < expiryBytes) return null;
	return record.readBigInt64BE() <= now ? null : record.subarray(expiryBytes);
}
