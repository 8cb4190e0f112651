import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileEncoder } from "../../../core/online/encode.ts";
import { onlineKey, viewPrefix } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { OnlineStore, OnlineWrite } from "../../../core/ports/online-store.ts";
import { scalar } from "../../../core/values/type.ts";
import { openRedisOnlineStore } from "../../../stores/online/redis/redis-online-store.ts";
import { packedBatch } from "../../support/packed-batch.ts";
import { redisServer, startRedis, type TestRedis } from "../../support/redis.ts";

const encode = compileEncoder(onlineLayout([{ name: "a", type: scalar("FLOAT64") }], []));
const write = (id: string, eventTime = 1n): OnlineWrite => ({
	key: onlineKey(1, 1, [{ name: "id", type: scalar("STRING") }], [id]),
	value: encode({ eventTime, createdTime: null, tieBreak: [], sequence: null, deleted: false, values: [1] }),
	expiresAt: null,
});
const many = (count: number) => Array.from({ length: count }, (_, i) => write(`entity ${i}`));
const unavailable = { code: "STORE_UNAVAILABLE" };

describe.skipIf(redisServer.missing)(`the Redis online store${redisServer.reason}`, () => {
	let server: TestRedis;
	let store: OnlineStore;
	let admin: Redis;

	const open = (url: string, commandTimeoutMs = 5000) => openRedisOnlineStore({ url, commandTimeoutMs, logger: null });

	beforeEach(async () => {
		server = await startRedis();
		store = open(server.url);
		admin = new Redis(server.url);
		admin.on("error", () => undefined);
	});
	afterEach(async () => {
		await store.close();
		admin.disconnect();
		await server.stop();
	});

	/** Calls by command since the last reset, as the server counted them. */
	async function commands(): Promise<Record<string, number>> {
		const lines = (await admin.info("commandstats")).matchAll(/cmdstat_([^:]+):calls=(\d+)/g);
		const counted = [...lines].map(([, name, calls]) => [name as string, Number(calls)] as const);
		return Object.fromEntries(
			counted.filter(([name]) => !["info", "config|resetstat", "client|setinfo"].includes(name)),
		);
	}

	it("reads a thousand keys by one command", async () => {
		const writes = many(1000);
		await store.write(writes);
		await admin.config("RESETSTAT");
		const values = await store.read(writes.map(({ key }) => key));
		expect(values.every((value) => value !== null)).toBe(true);
		expect(await commands()).toEqual({ mget: 1 });
	});

	it("writes a thousand values by two scripts, sent by their hash", async () => {
		await store.write(many(1));
		await admin.config("RESETSTAT");
		await store.write(many(1000));
		// `mget` and `mset` are what the scripts themselves call.
		expect(await commands()).toEqual({ evalsha: 2, mget: 2, mset: 2 });
	});

	it("sends the script again when Redis has forgotten it", async () => {
		await store.write([write("a")]);
		await admin.script("FLUSH");
		expect(await store.write([write("a", 2n), write("a", 1n)])).toEqual(["WRITTEN", "OLDER"]);
		await admin.script("FLUSH");
		expect(await store.writePacked(packedBatch(1, [write("c"), write("d")]))).toBe(2);
	});

	it("fails soon while Redis is away, and works when it is back", async () => {
		await store.write([write("a")]);
		await server.stop();
		const started = Date.now();
		await expect(store.read([write("a").key])).rejects.toMatchObject(unavailable);
		await expect(store.write([write("a")])).rejects.toMatchObject(unavailable);
		await expect(store.drop(viewPrefix(1, 1))).rejects.toMatchObject(unavailable);
		expect(Date.now() - started).toBeLessThan(8000);
		server = await startRedis([], server.port);
		await expect
			.poll(
				() =>
					store.ping().then(
						() => "up",
						() => "down",
					),
				{ timeout: 30_000 },
			)
			.toBe("up");
		expect(await store.write([write("a")])).toEqual(["WRITTEN"]);
	});

	it("gives up on a Redis that hangs, within its deadline", async () => {
		const impatient = open(server.url, 200);
		// Connecting may take longer than that.
		const up = () =>
			impatient.ping().then(
				() => true,
				() => false,
			);
		await expect.poll(up).toBe(true);
		process.kill(server.pid, "SIGSTOP");
		const started = Date.now();
		try {
			await expect(impatient.read([write("a").key])).rejects.toMatchObject(unavailable);
			expect(Date.now() - started).toBeLessThan(4000);
		} finally {
			process.kill(server.pid, "SIGCONT");
		}
		await expect.poll(() => impatient.read([write("a").key]).catch(() => "down")).toEqual([null]);
		await impatient.close();
	});

	it("uses the password of its URL, and never shows it", async () => {
		await admin.config("SET", "requirepass", "p@ss word");
		const good = open(`redis://:p%40ss%20word@127.0.0.1:${server.port}`);
		await good.ping();
		await good.close();
		const bad = open(`redis://:wrong-secret@127.0.0.1:${server.port}`);
		const error: unknown = await bad.ping().catch((reason: unknown) => reason);
		expect(error).toMatchObject(unavailable);
		expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain("secret");
		await bad.close();
		for (const url of ["http://:wrong-secret@x", "wrong-secret", "redis://x/wrong-secret"]) {
			expect(() => open(url)).toThrow("REDIS_URL is not a Redis address.");
		}
	});
});
