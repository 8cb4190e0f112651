import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileDecoder, type OnlineRow } from "../../../core/online/decode.ts";
import { compileEncoder } from "../../../core/online/encode.ts";
import { onlineKey, viewPrefix } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import { scalar } from "../../../core/values/type.ts";
import { keySlot } from "../../../stores/online/redis/key-slot.ts";
import {
	openRedisOnlineStore,
	type RedisOnlineStore,
	type RedisOnlineStoreOptions,
} from "../../../stores/online/redis/redis-online-store.ts";
import { redisServer } from "../../support/redis.ts";
import { type ClusterNode, startRedisCluster, type TestRedisCluster } from "../../support/redis-cluster.ts";

const layout = onlineLayout([{ name: "a", type: scalar("FLOAT64") }], []);
const encode = compileEncoder(layout);
const decode = compileDecoder(layout, ["a"]);
const keyOf = (view: number, id: string) => onlineKey(1, view, [{ name: "id", type: scalar("STRING") }], [id]);
const write = (view: number, id: string, eventTime = 1n): OnlineWrite => ({
	key: keyOf(view, id),
	value: encode({ eventTime, createdTime: null, tieBreak: [], sequence: null, deleted: false, values: [1] }),
	expiresAt: null,
});
const many = (view: number, count: number, eventTime = 1n) =>
	Array.from({ length: count }, (_, i) => write(view, `entity ${i}`, eventTime));
const timeOf = (bytes: Uint8Array | null | undefined): bigint | null =>
	bytes == null ? null : (decode(bytes) as OnlineRow).eventTime;
const holderOf = (cluster: TestRedisCluster, slot: number): number =>
	cluster.primaries.findIndex((_, i, { length }) => slot < Math.round(((i + 1) * 16_384) / length));

describe.skipIf(redisServer.missing)(`the Redis online store on a cluster${redisServer.reason}`, () => {
	let cluster: TestRedisCluster;
	let store: RedisOnlineStore;
	const opened: RedisOnlineStore[] = [];
	const open = (options: Partial<RedisOnlineStoreOptions> = {}): RedisOnlineStore => {
		const next = openRedisOnlineStore({ url: cluster.url, commandTimeoutMs: 10_000, logger: null, ...options });
		opened.push(next);
		return next;
	};
	beforeAll(async () => {
		cluster = await startRedisCluster({ replicated: true });
		store = open();
		await store.connect();
	});
	afterAll(async () => {
		await Promise.all(opened.map((one) => one.close()));
		await cluster.stop();
	});

	/** What clients have sent it: commands by name, and how often it had to read from a socket. */
	async function load({ admin }: ClusterNode) {
		const info = await admin.info("everything");
		const calls = [...info.matchAll(/cmdstat_(mget|get|evalsha):calls=(\d+)/g)].map(([, name, n]) => [name, Number(n)]);
		return {
			reads: Number(/total_reads_processed:(\d+)/.exec(info)?.[1]),
			...(Object.fromEntries(calls) as { readonly mget?: number; readonly get?: number; readonly evalsha?: number }),
		};
	}
	const slotsOf = (writes: readonly OnlineWrite[], node: number): number =>
		new Set(writes.map(({ key }) => keySlot(key)).filter((slot) => holderOf(cluster, slot) === node)).size;

	it("tells slots as Redis does, braces in binary keys included", async () => {
		const [node] = cluster.primaries as [ClusterNode];
		const braces = ["{}a}", "{a}b", "}{", "{", "{}", "a{b}{c}", "{{b}}"].map((id) => write(1, id));
		for (const { key } of [...braces, ...many(1, 50)]) {
			expect(await node.admin.cluster("KEYSLOT", key as Buffer)).toBe(keySlot(key));
		}
		const writes = [...many(1, 1000), ...braces];
		expect(new Set(await store.write(writes))).toEqual(new Set(["WRITTEN"]));
		expect(new Set(await store.write(writes))).toEqual(new Set(["OLDER"]));
		const read = await store.read([...writes.map(({ key }) => key), write(1, "nobody").key]);
		expect(read.map(timeOf)).toEqual([...writes.map(() => 1n), null]);
		expect(await store.drop(viewPrefix(1, 1))).toBe(1007);
	});

	it("asks each node once, by one command per slot: reads and writes", async () => {
		const writes = ["a", "b", "c"].flatMap((tag) => Array.from({ length: 20 }, (_, i) => write(2, `{${tag}}${i}`)));
		const some = [...writes, ...many(2, 30)];
		// The first read of a connection also says who it is.
		await store.read(some.map(({ key }) => key));
		for (const ask of [() => store.write(some), () => store.read(some.map(({ key }) => key))]) {
			const before = await Promise.all(cluster.primaries.map(load));
			await ask();
			const after = await Promise.all(cluster.primaries.map(load));
			for (const [i, now] of after.entries()) {
				const then = before[i] as typeof now;
				// One for the pipeline, one for the question how many.
				expect(now.reads - then.reads, `node ${i}`).toBe(2);
				const commands = (now.mget ?? 0) - (then.mget ?? 0);
				expect(commands, `node ${i}`).toBe(slotsOf(some, i));
				expect((now.get ?? 0) - (then.get ?? 0)).toBe(0);
			}
		}
	});

	it("reads from replicas when told to, and from the primaries where there is none", async () => {
		const writes = many(3, 60);
		await store.write(writes);
		await expect.poll(() => replicated(cluster)).toBe(true);
		const reader = open({ readFrom: "replicaPreferred" });
		await reader.connect();
		const before = await Promise.all(cluster.primaries.map(load));
		expect((await reader.serving.read(writes.map(({ key }) => key))).map(timeOf)).toEqual(writes.map(() => 1n));
		const after = await Promise.all(cluster.primaries.map(load));
		expect(after.map(({ mget }) => mget)).toEqual(before.map(({ mget }) => mget));
	});

	it("finds and writes the keys of a slot on both sides while it moves, and behind it afterwards", async () => {
		const ids = Array.from({ length: 12 }, (_, i) => `{moving}${i}`);
		const writes = ids.map((id) => write(4, id));
		await store.write(writes);
		const slot = keySlot(writes[0]?.key as Buffer);
		const from = cluster.primaries[holderOf(cluster, slot)] as ClusterNode;
		const to = cluster.primaries.find((node) => node !== from) as ClusterNode;
		await to.admin.cluster("SETSLOT", slot, "IMPORTING", from.id);
		await from.admin.cluster("SETSLOT", slot, "MIGRATING", to.id);
		const move = async (keys: readonly Uint8Array[]) => {
			for (const key of keys) await from.admin.migrate("127.0.0.1", to.port, key as Buffer, 0, 5000);
		};
		const keys = writes.map(({ key }) => key);
		await move(keys.slice(0, 5));
		expect((await store.read([...keys, keyOf(4, "{moving}nobody")])).map(timeOf)).toEqual([...ids.map(() => 1n), null]);
		const newer = ids.map((id, i) => write(4, id, i % 2 === 0 ? 2n : 0n));
		const outcomes = ids.map((_, i) => (i % 2 === 0 ? "WRITTEN" : "OLDER"));
		expect(await store.write(newer)).toEqual(outcomes);
		await move(keys.slice(5));
		for (const { admin } of [to, from]) await admin.cluster("SETSLOT", slot, "NODE", to.id);
		const expected = ids.map((_, i) => (i % 2 === 0 ? 2n : 1n));
		expect((await store.read(keys)).map(timeOf)).toEqual(expected);
		expect(await store.write(newer)).toEqual(ids.map(() => "OLDER"));
		// And back, so that the others find the slots as they were.
		await from.admin.cluster("SETSLOT", slot, "IMPORTING", to.id);
		await to.admin.cluster("SETSLOT", slot, "MIGRATING", from.id);
		for (const key of keys) await to.admin.migrate("127.0.0.1", from.port, key as Buffer, 0, 5000);
		for (const { admin } of [from, to]) await admin.cluster("SETSLOT", slot, "NODE", from.id);
		expect((await store.read(keys)).map(timeOf)).toEqual(expected);
	});

	it("goes on when a primary dies: its replica answers, takes over, and has what had reached it", {
		timeout: 120_000,
	}, async () => {
		const ids = Array.from({ length: 60 }, (_, i) => `entity ${i}`);
		const [dying, heir] = [cluster.primaries[0], cluster.replicas[0]] as [ClusterNode, ClusterNode];
		const steadfast = open({ readFrom: "primaryPreferred", commandTimeoutMs: 5_000 });
		const writer = open({ commandTimeoutMs: 3_000 });
		await Promise.all([steadfast.connect(), writer.connect()]);
		const keys = ids.map((id) => keyOf(5, id));
		await writer.write(ids.map((id) => write(5, id)));

		/** The newest time of each key that was acknowledged. */
		const acknowledged = new Map(ids.map((id) => [id, 1n]));
		let time = 1n;
		let isOver = false;
		const failures = new Set<unknown>();
		const writing = (async () => {
			while (!isOver) {
				const next = ++time;
				await Promise.all(
					ids.map((id) =>
						writer.write([write(5, id, next)]).then(
							() => acknowledged.set(id, next),
							(error: unknown) => failures.add((error as { code: unknown }).code),
						),
					),
				);
			}
		})();
		let reads = 0;
		const reading = (async () => {
			while (!isOver) {
				expect((await steadfast.serving.read(keys)).every((bytes) => bytes !== null)).toBe(true);
				reads++;
			}
		})();
		await expect.poll(() => time).toBeGreaterThan(5n);
		const reached = new Map(acknowledged);
		// What was acknowledged by now is on the replicas once these are as far as their primaries.
		await Promise.all(cluster.primaries.map(({ admin }) => admin.set("barrier", "x").catch(() => null)));
		await expect
			.poll(() => Promise.all(cluster.primaries.slice(0, 3).map(({ admin }) => admin.wait(1, 1000))))
			.toEqual([1, 1, 1]);
		await dying.stop();
		await expect.poll(async () => (await heir.admin.role())[0], { timeout: 30_000 }).toBe("master");
		const [timeThen, readsThen] = [time, reads];
		await expect.poll(() => reads, { timeout: 20_000 }).toBeGreaterThan(readsThen + 5);
		await expect.poll(() => time, { timeout: 20_000 }).toBeGreaterThan(timeThen + 3n);
		// Each key anew: of what was acknowledged before, the heir may lack what had not reached it.
		await expect
			.poll(() => [...acknowledged.values()].filter((each) => each <= timeThen), { timeout: 20_000 })
			.toEqual([]);
		isOver = true;
		await Promise.all([writing, reading]);

		expect([...failures].filter((code) => code !== "STORE_UNAVAILABLE")).toEqual([]);
		const stored = await writer.read(keys);
		for (const [i, id] of ids.entries()) {
			const left = timeOf(stored[i]) ?? -1n;
			expect(left, id).toBeGreaterThanOrEqual(reached.get(id) as bigint);
			expect(left, id).toBeGreaterThanOrEqual(acknowledged.get(id) as bigint);
		}
	});
});

async function replicated({ primaries, replicas }: TestRedisCluster): Promise<boolean> {
	const offsetOf = async ({ admin }: ClusterNode): Promise<string | undefined> =>
		/(?:master|slave)_repl_offset:(\d+)/.exec(await admin.info("replication"))?.[1];
	const [ours, theirs] = await Promise.all([primaries, replicas].map((nodes) => Promise.all(nodes.map(offsetOf))));
	return ours?.every((offset, i) => offset === theirs?.[i]) ?? false;
}
