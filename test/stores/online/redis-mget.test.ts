import fc from "fast-check";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mget } from "../../../stores/online/redis/mget.ts";
import { redisServer, startRedis, type TestRedis } from "../../support/redis.ts";

describe.skipIf(redisServer.missing)(`one MGET${redisServer.reason}`, () => {
	let redis: TestRedis;
	let client: Redis;
	beforeAll(async () => {
		redis = await startRedis();
		client = new Redis(redis.url);
	});
	afterAll(async () => {
		client.disconnect();
		await redis.stop();
	});

	it("asks for keys of any bytes and any length, as the client's own does", async () => {
		const key = fc.oneof(
			fc.uint8Array({ minLength: 1, maxLength: 12 }),
			fc.uint8Array({ minLength: 95, maxLength: 105 }),
			fc.uint8Array({ minLength: 995, maxLength: 1005 }),
			fc.constant(Buffer.from("\r\n$3\r\n")),
		);
		await fc.assert(
			fc.asyncProperty(
				fc.array(key, { minLength: 1, maxLength: 20 }),
				fc.infiniteStream(fc.boolean()),
				async (all, set) => {
					await client.flushall();
					const keys = all.map((bytes) => Buffer.from(bytes));
					for (const [index, name] of keys.entries())
						if (set.next().value === true) await client.set(name, `v${index}`);
					expect(await mget(client, keys)).toEqual(await client.mgetBuffer(keys));
				},
			),
			{ numRuns: 100 },
		);
	});

	it("comes again with a new connection", async () => {
		await client.set("a", "1");
		const other = new Redis(redis.url);
		const lost = new Promise((resolve) => client.once("close", resolve));
		await other.client("KILL", "ID", await client.client("ID"));
		await lost;
		expect(await mget(client, [Buffer.from("a"), Buffer.from("nothing")])).toEqual([Buffer.from("1"), null]);
		other.disconnect();
	});
});
