import type { Redis } from "ioredis";

/** Keys that Redis looks at per step: short enough to let other commands in between. */
const scanCount = 1000;
type ScanReply = readonly [cursor: Buffer, keys: readonly Buffer[]];

/** `* ? [ ] \ ^ -`, which mean something in a pattern. */
const special = new Set(Buffer.from("*?[]\\^-", "latin1"));

/** Unlinks all keys that begin with `prefix`, step by step; how many. Looks at every key of the servers. */
export async function dropPrefix(primaries: readonly Redis[], prefix: Uint8Array): Promise<number> {
	let dropped = 0;
	for (const server of primaries) dropped += await dropFrom(server, prefix);
	return dropped;
}

async function dropFrom(server: Redis, prefix: Uint8Array): Promise<number> {
	const pattern = Buffer.concat([escape(prefix), Buffer.from("*")]);
	let cursor = "0";
	let dropped = 0;
	do {
		// `scanBuffer` is typed for patterns of text alone.
		const [next, keys] = (await server.callBuffer("SCAN", cursor, "MATCH", pattern, "COUNT", scanCount)) as ScanReply;
		cursor = next.toString();
		const pipeline = server.pipeline();
		for (const key of keys) pipeline.unlink(key);
		for (const [error, count] of (await pipeline.exec()) ?? []) {
			if (error !== null) throw error;
			dropped += Number(count);
		}
	} while (cursor !== "0");
	return dropped;
}

const escape = (prefix: Uint8Array): Buffer =>
	Buffer.from([...prefix].flatMap((byte) => (special.has(byte) ? [0x5c, byte] : [byte])));
