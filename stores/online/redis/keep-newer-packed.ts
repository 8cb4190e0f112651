/** The script that keeps the newer, of rows that are packed already: one command as it goes over the wire, without an argument for each key. */
import { Command, type Redis } from "ioredis";
import { bytesAt, startOf } from "../../../core/online/packed-batch.ts";
import type { PackedBatch } from "../../../core/ports/online-store.ts";
import { descriptorBytes, expiryOf, isUnknownScript, keepNewerCommands } from "./keep-newer.ts";
import { bytesPerScript, writesPerScript } from "./redis-servers.ts";

/** Scripts under way at once, so that a large batch does not fill memory twice. */
const scriptsInFlight = 8;

/** Writes a batch, each script short enough; how many rows were newer. */
export async function keepNewerPacked(client: Redis, batch: PackedBatch): Promise<number> {
	let written = 0;
	const underWay: Promise<string>[] = [];
	const settle = async (): Promise<void> => {
		for (const outcome of (await underWay.shift()) ?? "") if (outcome === "1") written++;
	};
	try {
		for (let from = 0; from < batch.count; ) {
			if (underWay.length === scriptsInFlight) await settle();
			const to = endOfPart(batch, from);
			const part = runScript(client, batch, from, to);
			// It is looked at in its turn.
			part.catch(() => undefined);
			underWay.push(part);
			from = to;
		}
		while (underWay.length > 0) await settle();
	} finally {
		// After the first that failed nobody looks at the others.
		await Promise.allSettled(underWay);
	}
	return written;
}

function endOfPart({ count, values }: PackedBatch, from: number): number {
	const most = Math.min(count, from + writesPerScript);
	const start = startOf(values, from);
	let to = from + 1;
	while (to < most && (values.ends[to] as number) - start <= bytesPerScript) to++;
	return to;
}

async function runScript(client: Redis, batch: PackedBatch, from: number, to: number): Promise<string> {
	try {
		return await send(client, batch, from, to, keepNewerCommands.known);
	} catch (error) {
		if (!isUnknownScript(error)) throw error;
		return await send(client, batch, from, to, keepNewerCommands.whole);
	}
}

type ScriptCommand = (typeof keepNewerCommands)[keyof typeof keepNewerCommands];

async function send(
	client: Redis,
	batch: PackedBatch,
	from: number,
	to: number,
	{ name, script }: ScriptCommand,
): Promise<string> {
	const head = `*${to - from + 5}\r\n${bulk(name)}${bulk(script)}${bulk(String(to - from))}`;
	const command = new WrittenCommand(name, written(head, batch, from, to));
	return String(await client.sendCommand(command));
}

const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

/** A command that is written already. */
class WrittenCommand extends Command {
	readonly #bytes: Buffer;

	constructor(name: string, bytes: Buffer) {
		super(name, [], { replyEncoding: "latin1" });
		this.#bytes = bytes;
	}

	override toWritable(): Buffer {
		return this.#bytes;
	}
}

/** `$`, a length of up to ten digits, and two line ends. */
const bulkBytes = 1 + 10 + 4;
const dollar = 0x24;
const zero = 0x30;

function written(head: string, { keys, values, expiresAt }: PackedBatch, from: number, to: number): Buffer {
	const descriptors = descriptorBytes * (to - from);
	const [keysFrom, keysTo] = [startOf(keys, from), startOf(keys, to)];
	const [valuesFrom, valuesTo] = [startOf(values, from), startOf(values, to)];
	const out = Buffer.allocUnsafe(
		head.length + (keysTo - keysFrom) + descriptors + (valuesTo - valuesFrom) + bulkBytes * (to - from + 2),
	);
	let at = out.write(head, "latin1");
	for (let row = from; row < to; row++) {
		const key = bytesAt(keys, row);
		at = writeLength(out, at, key.length);
		out.set(key, at);
		at = writeEnd(out, at + key.length);
	}
	at = writeLength(out, at, descriptors);
	for (let row = from; row < to; row++, at += descriptorBytes) {
		out.writeUInt32BE((values.ends[row] as number) - startOf(values, row), at);
		out.writeDoubleBE(expiryOf(expiresAt?.[row] ?? null), at + 4);
	}
	at = writeEnd(out, at);
	at = writeLength(out, at, valuesTo - valuesFrom);
	values.bytes.copy(out, at, valuesFrom, valuesTo);
	at = writeEnd(out, at + valuesTo - valuesFrom);
	return out.subarray(0, at);
}

function writeLength(out: Buffer, start: number, length: number): number {
	let digits = 1;
	for (let rest = length; rest >= 10; rest = Math.trunc(rest / 10)) digits++;
	out[start] = dollar;
	for (let at = start + digits, rest = length; at > start; at--, rest = Math.trunc(rest / 10))
		out[at] = zero + (rest % 10);
	return writeEnd(out, start + 1 + digits);
}

function writeEnd(out: Buffer, at: number): number {
	out[at] = 0x0d;
	out[at + 1] = 0x0a;
	return at + 2;
}
