import { formatVersion, headerBytes } from "../../../core/online/layout.ts";
import type { Micros } from "../../../core/values/value.ts";

/** LMDB knows no expiry: each record begins with it, in microseconds, eight bytes. */
const expiryBytes = 8;
const never = 0x7fff_ffff_ffff_ffffn;

/** What is compared of a value one byte after the other: its event time, which decides nearly always. */
const eventTimeEnd = headerBytes + 8;

/** Records to be written, one after the other in the same memory: each is valid until the next one. */
export function recordMaker(): (value: Uint8Array, expiresAt: Micros | null) => Buffer {
	let memory = Buffer.alloc(0);
	let record = memory;
	let written: Micros | null | undefined;
	return (value, expiresAt) => {
		const length = expiryBytes + value.length;
		if (length > memory.length) {
			memory = Buffer.alloc(2 * length);
			written = undefined;
		}
		// Rows of one view are mostly of one length, and none of them expires or each at another time.
		if (record.length !== length || written === undefined) record = memory.subarray(0, length);
		if (expiresAt !== written) record.writeBigInt64BE(expiresAt ?? never);
		written = expiresAt;
		record.set(value, expiryBytes);
		return record;
	};
}

/** The value of a record; null when there is none, or when it has expired. */
export function unpack(record: Buffer | undefined, now: Micros): Buffer | null {
	if (record === undefined || record.length < expiryBytes) return null;
	return record.readBigInt64BE() <= now ? null : record.subarray(expiryBytes);
}

/** Tells of records at one instant whether a value takes their place: `isNewer` of core/online, without a view of the bytes. */
export function newerAt(now: Micros): (value: Buffer, record: Buffer | undefined) => boolean {
	const [nowHigh, nowLow] = [Number(BigInt.asIntN(32, now >> 32n)), Number(BigInt.asUintN(32, now))];
	const hasExpired = (record: Buffer): boolean => {
		const high = wordAt(record, 0);
		return high < nowHigh || (high === nowHigh && wordAt(record, 4) >>> 0 <= nowLow);
	};
	return (value, record) => {
		// Of a record in LMDB's own memory `length` alone says where it ends.
		if (record === undefined || record.length < expiryBytes + headerBytes) return true;
		if (hasExpired(record) || record[expiryBytes] !== formatVersion) return true;
		const common = Math.min(value.length, record.length - expiryBytes, eventTimeEnd);
		for (let i = headerBytes; i < common; i++) {
			const difference = (value[i] as number) - (record[expiryBytes + i] as number);
			if (difference !== 0) return difference > 0;
		}
		return value.compare(record, expiryBytes + common, record.length, common) > 0;
	};
}

const wordAt = (bytes: Buffer, at: number): number =>
	((bytes[at] as number) << 24) |
	((bytes[at + 1] as number) << 16) |
	((bytes[at + 2] as number) << 8) |
	(bytes[at + 3] as number);
