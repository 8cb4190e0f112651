import type { Redis } from "ioredis";

/** Keys that Redis looks at per step: short enough to let other commands in between. */
const scanCount = 1000;
type ScanReply = readonly [cursor: Buffer, keys: readonly Buffer[]];

/** `* ? [ ] \\ ^ -`, which mean something in a pattern. */
const special = new Set(Buffer.from("*?[]\\^-", "latin1"));

/** The keys of a server that begin with `prefix`, step by step; it looks at every key. One may come twice. */
export async function* scanPrefix(server: Redis, prefix: Uint8Array): AsyncGenerator<readonly Buffer[]> {
	const pattern = Buffer.concat([escape(prefix), Buffer.from("*")]);
	let cursor = "0";
	do {
		// `scanBuffer` is typed for patterns of text alone.
		const [next, keys] = (await server.callBuffer("SCAN", cursor, "MATCH", pattern, "COUNT", scanCount)) as ScanReply;
		cursor = next.toString();
		yield keys;
	} while (cursor !== "0");
}

const escape = (prefix: Uint8Array): Buffer =>
	Buffer.from([...prefix].flatMap((byte) => (special.has(byte) ? [0x5c, byte] : [byte])));
