/**
 * The hash of a training set: SHA-256 over columns, types and values in order, so the same for every file format,
 * every engine and every way that the rows were cut into batches. Each column has a hash of its own, so two draws
 * that differ can say where.
 *
 * A column's hash is over its values one after the other: a byte 0 for null, else 1 and the value (fixed width
 * big-endian for numbers, times and dates; a length and the bytes for strings, bytes and JSON; a count and the
 * elements for arrays). Every NaN is the same NaN; -0 is not 0.
 */
import { createHash, type Hash } from "node:crypto";
import { type Column, formatValueType, type ScalarType } from "../values/type.ts";
import type { ColumnBatch, ScalarValue, Value } from "../values/value.ts";

export interface ContentHash {
	/** SHA-256, hex, of the whole. */
	readonly hash: string;
	/** SHA-256, hex, by column, in their order. */
	readonly columns: readonly string[];
	readonly rowCount: bigint;
	/** By column, in their order. */
	readonly nullCounts: readonly bigint[];
}

export interface ContentHasher {
	/** Takes the next rows, in order. */
	add(batch: ColumnBatch): void;
	/** Ends it; call once. */
	finish(): ContentHash;
}

const bufferBytes = 64 * 1024;
const widestFixed = 9;

/** Starts the hash of rows of these columns. */
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
			const whole = createHash("sha256").update(
				JSON.stringify([
					rowCount.toString(),
					...columns.map(({ name, type }, index) => [name, formatValueType(type), hashes[index]]),
				]),
			);
			return {
				hash: whole.digest("hex"),
				columns: hashes,
				rowCount,
				nullCounts: hashers.map((hasher) => hasher.nullCount),
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
