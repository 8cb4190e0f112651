import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectRedis } from "../../../stores/online/redis/connect.ts";
import { mget } from "../../../stores/online/redis/mget.ts";
import { promotedBytes } from "../../support/promoted-bytes.ts";
import { redisServer, startRedis, type TestRedis } from "../../support/redis.ts";

describe.skipIf(redisServer.missing)(`commands to Redis${redisServer.reason}`, () => {
	let redis: TestRedis;
	let client: Redis;
	let impatient: Redis;
	beforeAll(async () => {
		redis = await startRedis();
		const connect = (commandTimeoutMs: number) =>
			connectRedis({ url: redis.url, commandTimeoutMs, logger: null }) as Redis;
		[client, impatient] = [connect(10_000), connect(300)];
		await client.set("key", Buffer.alloc(200));
	});
	afterAll(async () => {
		for (const each of [client, impatient]) each.disconnect();
		await redis.stop();
	});

	it("are garbage once they are answered, and their replies with them", async () => {
		const keys = Array.from({ length: 4 }, () => Buffer.from("key"));
		expect(await promotedBytes(2_000, () => mget(client, keys))).toBeLessThan(500);
		expect(await promotedBytes(2_000, () => client.evalsha("00", 0).catch(() => null))).toBeLessThan(500);
	});

	it("answer, fail, transform and time out as the client's own do", async () => {
		expect(await client.ping()).toBe("PONG");
		await client.mset({ a: "1", b: "2" });
		expect(await client.mget("a", "b")).toEqual(["1", "2"]);
		await client.hset("hash", { field: "value" });
		expect(await client.hgetall("hash")).toEqual({ field: "value" });
		await expect(client.incr("hash")).rejects.toMatchObject({ name: "ReplyError", command: { name: "incr" } });
		expect(await new Promise((resolve) => void client.get("a", (_, value) => resolve(value)))).toBe("1");
		expect(await client.pipeline().get("a").incr("hash").exec()).toMatchObject([[null, "1"], [{ name: "ReplyError" }]]);
		const other = new Redis(redis.url);
		await other.call("CLIENT", "PAUSE", "600");
		await expect(impatient.get("a")).rejects.toThrow("Command timed out");
		await other.call("CLIENT", "UNPAUSE");
		other.disconnect();
		await expect.poll(() => impatient.get("a").catch(() => null)).toBe("1");
	});
});
