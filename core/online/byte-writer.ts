import { FeaturegraphError } from "../errors/featuregraph-error.ts";

/** No packed value may be larger. */
export const maxPackedBytes = 1 << 20;
/** Escaping may double a value's bytes before its size is known. */
const mostBuffered = maxPackedBytes * 4;

const scratch = new DataView(new ArrayBuffer(8));

/** Bytes that grow, and the encodings whose byte order is the order of the values. Reused from value to value. */
export class ByteWriter {
	#buffer = Buffer.allocUnsafe(512);
	length = 0;

	/** A copy of what was written. */
	finish(): Buffer {
		const copy = Buffer.allocUnsafe(this.length);
		this.#buffer.copy(copy, 0, 0, this.length);
		return copy;
	}

	/** What was written so far; valid until the next write. */
	view(): Buffer {
		return this.#buffer.subarray(0, this.length);
	}

	uint8(value: number): void {
		this.#reserve(1);
		this.#buffer[this.length++] = value;
	}

	uint16(value: number): void {
		this.#reserve(2);
		this.length = this.#buffer.writeUInt16BE(value, this.length);
	}

	uint32(value: number): void {
		this.#reserve(4);
		this.#word(value);
	}

	/** Zero bytes: the place of a null of fixed width. */
	zeros(count: number): void {
		this.#reserve(count);
		this.#buffer.fill(0, this.length, this.length + count);
		this.length += count;
	}

	setUint8(position: number, value: number): void {
		this.#buffer[position] = value;
	}

	setUint16(position: number, value: number): void {
		this.#buffer.writeUInt16BE(value, position);
	}

	setUint32(position: number, value: number): void {
		this.#buffer.writeUInt32BE(value >>> 0, position);
	}

	/** Sign bit flipped: unsigned byte order is then numeric order. */
	int32(value: number): void {
		this.uint32(value ^ 0x8000_0000);
	}

	/** Sign bit flipped. */
	int64(value: bigint): void {
		this.#reserve(8);
		scratch.setBigInt64(0, value);
		this.#word(scratch.getInt32(0) ^ 0x8000_0000);
		this.#word(scratch.getInt32(4));
	}

	/** Positive numbers with the sign bit set, negative ones inverted; one NaN, highest; -0 as 0. */
	float32(value: number): void {
		scratch.setFloat32(0, value === 0 ? 0 : value);
		const bits = scratch.getInt32(0);
		this.uint32(Number.isNaN(value) ? 0xffc0_0000 : bits < 0 ? ~bits : bits ^ 0x8000_0000);
	}

	/** As `float32`, in eight bytes. */
	float64(value: number): void {
		this.#reserve(8);
		if (Number.isNaN(value)) {
			this.#word(0xfff8_0000);
			this.#word(0);
			return;
		}
		scratch.setFloat64(0, value === 0 ? 0 : value);
		const high = scratch.getInt32(0);
		const low = scratch.getInt32(4);
		const inverted = high < 0;
		this.#word(inverted ? ~high : high ^ 0x8000_0000);
		this.#word(inverted ? ~low : low);
	}

	/** The UTF-8 bytes, `00` written as `00 FF`, then `00`. */
	text(value: string): void {
		const start = this.length;
		this.#reserve(value.length + 1);
		for (let i = 0; i < value.length; i++) {
			const unit = value.charCodeAt(i);
			if (unit === 0 || unit > 0x7f) {
				this.length = start;
				this.bytes(Buffer.from(value, "utf8"));
				return;
			}
			this.#buffer[this.length++] = unit;
		}
		this.#buffer[this.length++] = 0;
	}

	/** The bytes, `00` written as `00 FF`, then `00`. */
	bytes(value: Uint8Array): void {
		this.#reserve(value.length * 2 + 1);
		for (const byte of value) {
			this.#buffer[this.length++] = byte;
			if (byte === 0) this.#buffer[this.length++] = 0xff;
		}
		this.#buffer[this.length++] = 0;
	}

	/** Four bytes that were reserved; `Buffer`'s own writers check more than they write. */
	#word(value: number): void {
		const buffer = this.#buffer;
		const at = this.length;
		buffer[at] = value >>> 24;
		buffer[at + 1] = value >>> 16;
		buffer[at + 2] = value >>> 8;
		buffer[at + 3] = value;
		this.length = at + 4;
	}

	#reserve(count: number): void {
		const needed = this.length + count;
		if (needed <= this.#buffer.length) return;
		if (needed > mostBuffered) throw tooLarge("The values", maxPackedBytes);
		const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
		this.#buffer.copy(grown, 0, 0, this.length);
		this.#buffer = grown;
	}
}

export const tooLarge = (what: string, limit: number): FeaturegraphError =>
	new FeaturegraphError("LIMIT_EXCEEDED", `${what} of one entity take more than ${limit} bytes.`, {
		hint: "Keep large objects elsewhere, and a reference to them in the feature.",
	});
