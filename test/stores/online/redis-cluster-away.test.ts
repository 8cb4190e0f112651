import { Cluster } from "ioredis";
import { afterEach, describe, expect, it } from "vitest";
import { compileEncoder } from "../../../core/online/encode.ts";
import { onlineKey, viewPrefix } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import { scalar } from "../../../core/values/type.ts";
import { clusterServers } from "../../../stores/online/redis/cluster-servers.ts";
import { connectRedis } from "../../../stores/online/redis/connect.ts";
import { keySlot } from "../../../stores/online/redis/key-slot.ts";
import { openRedisOnlineStore, type RedisOnlineStore } from "../../../stores/online/redis/redis-online-store.ts";
import { freePort } from "../../support/free-port.ts";
import { redisServer } from "../../support/redis.ts";
import { type ClusterNode, startRedisCluster, type TestRedisCluster } from "../../support/redis-cluster.ts";

const encode = compileEncoder(onlineLayout([{ name: "a", type: scalar("FLOAT64") }], []));
const writes = Array.from(
	{ length: 60 },
	(_, i): OnlineWrite => ({
		key: onlineKey(1, 1, [{ name: "id", type: scalar("STRING") }], [`entity ${i}`]),
		value: encode({ eventTime: 1n, createdTime: null, tieBreak: [], sequence: null, deleted: false, values: [1] }),
		expiresAt: null,
	}),
);
const keys = writes.map(({ key }) => key);
const unavailable = { code: "STORE_UNAVAILABLE" };

describe.skipIf(redisServer.missing)(`a part of a cluster that is away${redisServer.reason}`, () => {
	let cluster: TestRedisCluster | null = null;
	let store: RedisOnlineStore | null = null;
	afterEach(async () => {
		await store?.close();
		await cluster?.stop();
	});

	it("is not taken for empty by whoever goes through all keys", async () => {
		cluster = await startRedisCluster();
		store = openRedisOnlineStore({ url: cluster.url, commandTimeoutMs: 5_000, logger: null });
		// Asked before a connection stands.
		expect(new Set(await store.write(writes))).toEqual(new Set(["WRITTEN"]));
		const [dying, ...others] = cluster.primaries as [ClusterNode, ...ClusterNode[]];
		expect((await store.usage()).entities).toBe(60);
		const left = keys.filter((key) => keySlot(key) >= 5461);
		await dying.stop();
		// From the moment on that the connection is lost, and later, when the client has forgotten the node.
		for (let i = 0; i < 10; i++) {
			await expect(store.drop(viewPrefix(1, 1))).rejects.toMatchObject(unavailable);
			await expect(store.usage()).rejects.toMatchObject(unavailable);
			await expect(store.measure(viewPrefix(1, 1), new AbortController().signal)).rejects.toMatchObject(unavailable);
			expect(await store.read(left)).not.toContain(null);
		}
		const counts = await Promise.all(others.map(({ admin }) => admin.dbsize()));
		expect(counts.reduce((sum, count) => sum + count, 0)).toBe(left.length);
	});
});

it("keeps nothing of what is asked while no node of a cluster answers", async () => {
	const url = `redis://127.0.0.1:${await freePort()},redis://127.0.0.1:${await freePort()}`;
	const clients = [1, 2].map(() => connectRedis({ url, commandTimeoutMs: 50, logger: null }));
	const [writer, reader] = clients.filter((client) => client instanceof Cluster) as [Cluster, Cluster];
	const servers = clusterServers({ writer, readers: [reader], deadlineMs: 50 }, "primary");
	const queued = () => clients.map((client) => (Reflect.get(client, "offlineQueue") as { length: number }).length);
	for (let i = 0; i < 3; i++) {
		await expect(servers.read(keys)).rejects.toThrow();
		await expect(servers.read(keys.slice(0, 1))).rejects.toThrow();
		await expect(servers.keepNewer(writes)).rejects.toThrow();
		await expect(servers.ping()).rejects.toThrow();
		await expect(servers.primaries()).rejects.toThrow();
	}
	expect(queued()).toEqual([0, 0]);
	await servers.close();
});
