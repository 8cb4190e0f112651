import type { Redis } from "ioredis";
import type { OnlineUsage } from "../../../core/ports/online-store.ts";

/** Keys of all databases of these servers, and their memory, with what the servers take for themselves. */
export async function usageOf(primaries: readonly Redis[]): Promise<OnlineUsage> {
	const usages = await Promise.all(
		primaries.map(async (server) => {
			const [memory, keyspace] = await Promise.all([server.info("memory"), server.info("keyspace")]);
			const counts = [...keyspace.matchAll(/^db\d+:keys=(\d+)/gm)].map(([, count]) => Number(count));
			return {
				entities: counts.reduce((sum, count) => sum + count, 0),
				bytes: Number(/^used_memory:(\d+)/m.exec(memory)?.[1] ?? 0),
			};
		}),
	);
	return {
		entities: usages.reduce((sum, { entities }) => sum + entities, 0),
		bytes: usages.reduce((sum, { bytes }) => sum + bytes, 0),
	};
}
