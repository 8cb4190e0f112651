/** One of several processes that write at once: says that it is there, and begins when it is told to. */
import { once } from "node:events";
import type { OnlineStore } from "../../../core/ports/online-store.ts";
import { batchesOf } from "./concurrent-rows.ts";

const [place = "", seed = "", writer = ""] = process.argv.slice(2);
const store = await (place.startsWith("redis://") ? openRedis() : openLmdb());
const batches = batchesOf(Number(seed), Number(writer));
await store.ping();
process.stdout.write("ready\n");
await once(process.stdin, "data");
for (let start = 0; start < batches.length; start += 4) {
	await Promise.all(batches.slice(start, start + 4).map((batch) => store.write(batch)));
}
await store.close();
process.exit(0);

// What is not needed is not loaded: there are several of these, and they are waited for.
async function openRedis(): Promise<OnlineStore> {
	const { openRedisOnlineStore } = await import("../../../stores/online/redis/redis-online-store.ts");
	return openRedisOnlineStore({ url: place, commandTimeoutMs: 10_000, logger: null });
}

async function openLmdb(): Promise<OnlineStore> {
	const { openLmdbOnlineStore } = await import("../../../stores/online/lmdb/lmdb-online-store.ts");
	return openLmdbOnlineStore({ path: place, clock: { now: () => 0n } });
}
