import type { Redis } from "ioredis";
import { scanPrefix } from "./scan-prefix.ts";

/** Unlinks all keys that begin with `prefix`, step by step; how many. */
export async function dropPrefix(primaries: readonly Redis[], prefix: Uint8Array): Promise<number> {
	let dropped = 0;
	for (const server of primaries) {
		for await (const keys of scanPrefix(server, prefix)) {
			const pipeline = server.pipeline();
			for (const key of keys) pipeline.unlink(key);
			for (const [error, count] of (await pipeline.exec()) ?? []) {
				if (error !== null) throw error;
				dropped += Number(count);
			}
		}
	}
	return dropped;
}
