import { Command, type Redis } from "ioredis";

/** One MGET of binary keys. The client's own takes three pieces of text and bytes for each of them. */
export function mget(client: Redis, keys: readonly Uint8Array[]): Promise<(Buffer | null)[]> {
	return client.sendCommand(new Mget(keys)) as Promise<(Buffer | null)[]>;
}

const dollar = 0x24;
const cr = 0x0d;
const lf = 0x0a;
/** Of a length: of keys that long there are none. */
const mostDigits = 10;
const aroundKey = 1 + mostDigits + 4;

class Mget extends Command {
	readonly #keys: readonly Uint8Array[];

	constructor(keys: readonly Uint8Array[]) {
		super("mget", keys as Buffer[], { replyEncoding: null });
		this.#keys = keys;
	}

	override toWritable(): Buffer {
		const keys = this.#keys;
		const head = `*${keys.length + 1}\r\n$4\r\nmget\r\n`;
		let most = head.length;
		for (const { length } of keys) most += length + aroundKey;
		const bytes = Buffer.allocUnsafe(most);
		let at = bytes.write(head, "latin1");
		for (const key of keys) {
			bytes[at++] = dollar;
			at = writeLength(bytes, at, key.length);
			// Keys are short: a copy by the runtime costs more than it saves.
			for (const byte of key) bytes[at++] = byte;
			bytes[at++] = cr;
			bytes[at++] = lf;
		}
		return bytes.subarray(0, at);
	}
}

function writeLength(bytes: Buffer, at: number, length: number): number {
	let end = at;
	if (length < 100) {
		if (length >= 10) bytes[end++] = 0x30 + Math.floor(length / 10);
		bytes[end++] = 0x30 + (length % 10);
	} else {
		end += bytes.write(String(length), end, "latin1");
	}
	bytes[end++] = cr;
	bytes[end++] = lf;
	return end;
}
