/**
 * The hash of a training set: SHA-256 over columns, types and values in order, so the same for every file format,
 * every engine and every way that the rows were cut into batches. Each column has a hash of its own, so two draws
 * that differ can say where.
 *
 * Version 2 (`v2:` and the digits) is over columns as they lie in memory: the values one after the other in a fixed width
 * (little-endian numbers, microseconds and days; a byte for a boolean; the MD5 of strings, bytes, JSON and arrays; zero for
 * null), and beside them the positions of the nulls, eight bytes each. Every NaN is the same NaN; -0 is not 0.
 *
 * Version 1, of training sets drawn before (digits alone), went value by value: a byte 0 for null, else 1 and the value
 * (fixed width big-endian; a length and the bytes for strings, bytes and JSON; a count and the elements for arrays). It
 * is kept so that those can be drawn again and compared.
 */
import { createHash, type Hash } from "node:crypto";
import { type Column, formatValueType, type ScalarType } from "../values/type.ts";
import type { ColumnBatch, ScalarValue, Value } from "../values/value.ts";

export interface ContentHash {
	/** Of the whole: the version, and SHA-256 in hex. */
	readonly hash: string;
	/** SHA-256, hex, by column, in their order. */
	readonly columns: readonly string[];
	readonly rowCount: bigint;
	/** By column, in their order. */
	readonly nullCounts: readonly bigint[];
}

/** Takes columns in the fixed-width form, a stretch of rows at a time. */
export interface ColumnarHasher {
	/** The next values of one column, and for each a byte that says whether it is null. */
	add(column: number, rowCount: number, values: Uint8Array, nulls: Uint8Array): void;
	/** All columns have had these rows. */
	endRows(rowCount: number): void;
	/** Ends it; call once. */
	finish(): ContentHash;
}

const columnarPrefix = "v2:";

/** Whether a hash is of the version that is made now. */
export const isColumnarHash = (hash: string): boolean => hash.startsWith(columnarPrefix);

/** Starts a hash of version 2. */
export function columnarHasher(columns: readonly Column[]): ColumnarHasher {
	const hashes = columns.map(() => ({ values: createHash("sha256"), nulls: createHash("sha256"), nullCount: 0n }));
	let rows = 0;
	return {
		add(column, rowCount, values, nulls) {
			const hash = hashes[column];
			if (hash === undefined) throw new Error(`There is no column ${column}.`);
			hash.values.update(values);
			let count = 0;
			for (let at = nulls.indexOf(1); at !== -1 && at < rowCount; at = nulls.indexOf(1, at + 1)) {
				if (count * positionBytes === positions.length) {
					hash.nulls.update(positions);
					count = 0;
				}
				positions.writeBigUInt64LE(BigInt(rows + at), count * positionBytes);
				count += 1;
				hash.nullCount += 1n;
			}
			hash.nulls.update(positions.subarray(0, count * positionBytes));
		},
		endRows(rowCount) {
			rows += rowCount;
		},
		finish() {
			const digests = hashes.map(({ values, nulls }) =>
				createHash("sha256").update(values.digest()).update(nulls.digest()).digest("hex"),
			);
			const nullCounts = hashes.map(({ nullCount }) => nullCount);
			return { ...whole(columns, digests, BigInt(rows), columnarPrefix), rowCount: BigInt(rows), nullCounts };
		},
	};
}

const positionBytes = 8;
/** Reused: what is hashed of it is read at once. */
const positions = Buffer.allocUnsafe(2048 * positionBytes);

function whole(
	columns: readonly Column[],
	digests: readonly string[],
	rowCount: bigint,
	prefix: string,
): Pick<ContentHash, "hash" | "columns"> {
	const hash = createHash("sha256").update(
		JSON.stringify([
			rowCount.toString(),
			...columns.map(({ name, type }, index) => [name, formatValueType(type), digests[index]]),
		]),
	);
	return { hash: prefix + hash.digest("hex"), columns: digests };
}

export interface ContentHasher {
	/** Takes the next rows, in order. */
	add(batch: ColumnBatch): void;
	/** Ends it; call once. */
	finish(): ContentHash;
}

const bufferBytes = 64 * 1024;
const widestFixed = 9;

/** Starts a hash of version 1. */
export function contentHasher(columns: readonly Column[]): ContentHasher {
	const hashers = columns.map((column) => new ColumnHasher(column));
	let rowCount = 0n;
	return {
		add(batch) {
			rowCount += BigInt(batch.rowCount);
			hashers.forEach((hasher, index) => {
				hasher.add(batch.columns[index] ?? [], batch.rowCount);
			});
		},
		finish() {
			const hashes = hashers.map((hasher) => hasher.finish());
			return {
				...whole(columns, hashes, rowCount, ""),
				rowCount,
				nullCounts: hashers.map(({ nullCount }) => nullCount),
			};
		},
	};
}

/** Gathers the bytes of one column and hashes them a buffer at a time. */
class ColumnHasher {
	nullCount = 0n;
	private readonly hash: Hash = createHash("sha256");
	private readonly buffer = Buffer.allocUnsafe(bufferBytes);
	private used = 0;
	private readonly type: ScalarType;

	constructor({ type }: Column) {
		this.type = type.scalar;
	}

	add(values: readonly Value[], rowCount: number): void {
		for (let row = 0; row < rowCount; row++) {
			const value = values[row] ?? null;
			if (value === null) this.nullCount += 1n;
			if (Array.isArray(value)) this.array(value);
			else this.scalar(value as ScalarValue | null);
		}
	}

	finish(): string {
		this.flush();
		return this.hash.digest("hex");
	}

	private array(values: readonly (ScalarValue | null)[]): void {
		this.room();
		this.buffer[this.used++] = 1;
		this.used = this.buffer.writeUInt32BE(values.length, this.used);
		for (const value of values) this.scalar(value);
	}

	private scalar(value: ScalarValue | null): void {
		this.room();
		if (value === null) {
			this.buffer[this.used++] = 0;
			return;
		}
		this.buffer[this.used++] = 1;
		switch (this.type) {
			case "BOOL":
				this.buffer[this.used++] = value === true ? 1 : 0;
				return;
			case "INT32":
			case "DATE":
				this.used = this.buffer.writeInt32BE(value as number, this.used);
				return;
			case "INT64":
			case "TIMESTAMP":
				this.used = this.buffer.writeBigInt64BE(value as bigint, this.used);
				return;
			case "FLOAT32":
			case "FLOAT64":
				this.used = this.buffer.writeDoubleBE(Number.isNaN(value) ? Number.NaN : (value as number), this.used);
				return;
			case "STRING":
			case "JSON":
				this.bytes(value as string);
				return;
			case "BYTES":
				this.bytes(value as Uint8Array);
		}
	}

	private bytes(value: string | Uint8Array): void {
		const length = typeof value === "string" ? Buffer.byteLength(value) : value.length;
		this.used = this.buffer.writeUInt32BE(length, this.used);
		if (this.used + length > bufferBytes) {
			this.flush();
			if (length > bufferBytes) {
				this.hash.update(value);
				return;
			}
		}
		if (typeof value === "string") this.buffer.write(value, this.used);
		else this.buffer.set(value, this.used);
		this.used += length;
	}

	private room(): void {
		if (this.used + widestFixed > bufferBytes) this.flush();
	}

	private flush(): void {
		this.hash.update(this.buffer.subarray(0, this.used));
		this.used = 0;
	}
}
