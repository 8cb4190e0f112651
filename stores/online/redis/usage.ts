import type { Redis } from "ioredis";
import { viewVersionOf } from "../../../core/online/key.ts";
import type { OnlineUsage } from "../../../core/ports/online-store.ts";
import { scanPrefix } from "./scan-prefix.ts";

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

/** Of the keys of a view version: the first ones are all asked for what they take, then every so many. */
const sampled = { all: 200, every: 32 };

/** What the keys that begin with `prefix` take, by view version. */
export async function measurePrefix(
	primaries: readonly Redis[],
	prefix: Uint8Array,
	signal: AbortSignal,
): Promise<ReadonlyMap<number, OnlineUsage>> {
	const found = new Map<number, { entities: number; asked: number; bytes: number }>();
	for (const server of primaries) {
		for await (const keys of scanPrefix(server, prefix)) {
			signal.throwIfAborted();
			const pipeline = server.pipeline();
			const asked: { asked: number; bytes: number }[] = [];
			for (const key of keys) {
				const version = viewVersionOf(key);
				const sum = found.get(version) ?? { entities: 0, asked: 0, bytes: 0 };
				found.set(version, sum);
				if (sum.entities++ >= sampled.all && sum.entities % sampled.every !== 0) continue;
				pipeline.call("MEMORY", "USAGE", key);
				asked.push(sum);
			}
			for (const [i, [error, bytes]] of ((await pipeline.exec()) ?? []).entries()) {
				if (error !== null) throw error;
				const sum = asked[i];
				// Null: it has expired since.
				if (sum === undefined || bytes === null) continue;
				sum.asked++;
				sum.bytes += Number(bytes);
			}
		}
	}
	return new Map(
		[...found].map(([version, { entities, asked, bytes }]) => [
			version,
			{ entities, bytes: asked === 0 ? 0 : Math.round((bytes / asked) * entities) },
		]),
	);
}
