import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer, connect as dial, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileEncoder } from "../../../core/online/encode.ts";
import { onlineKey } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { OnlineWrite } from "../../../core/ports/online-store.ts";
import { scalar } from "../../../core/values/type.ts";
import { guardedStore } from "../../../stores/online/guarded-store.ts";
import {
	openRedisOnlineStore,
	type RedisOnlineStore,
	type RedisOnlineStoreOptions,
} from "../../../stores/online/redis/redis-online-store.ts";
import { redisServer, startRedis, type TestRedis } from "../../support/redis.ts";

const encode = compileEncoder(onlineLayout([{ name: "a", type: scalar("FLOAT64") }], []));
const write = (id: string, eventTime = 1n): OnlineWrite => ({
	key: onlineKey(1, 1, [{ name: "id", type: scalar("STRING") }], [id]),
	value: encode({ eventTime, createdTime: null, tieBreak: [], sequence: null, deleted: false, values: [1] }),
	expiresAt: null,
});
const { key } = write("a");
const unavailable = { code: "STORE_UNAVAILABLE" };

describe.skipIf(redisServer.missing)(`a Redis that fails${redisServer.reason}`, () => {
	let server: TestRedis;
	const servers: TestRedis[] = [];
	const stores: RedisOnlineStore[] = [];
	let states: string[];
	let retries: number;
	let folder: string | null = null;

	const stalled: number[] = [];
	const stall = (pid: number): void => {
		process.kill(pid, "SIGSTOP");
		stalled.push(pid);
	};
	const start = async (settings: readonly string[] = []): Promise<TestRedis> => {
		const next = await startRedis(settings);
		servers.push(next);
		return next;
	};
	const open = (options: Partial<RedisOnlineStoreOptions> = {}): RedisOnlineStore => {
		const next = openRedisOnlineStore({ url: server.url, commandTimeoutMs: 400, logger: null, ...options });
		stores.push(next);
		return next;
	};
	const guard = (store: RedisOnlineStore, reads = store.serving) =>
		guardedStore(store, reads, {
			deadlineMs: 400,
			failuresToOpen: 3,
			openMs: 200,
			observer: {
				circuit: (kind, state) => void states.push(`${kind} ${state}`),
				retried() {
					retries++;
				},
			},
		});
	beforeEach(async () => {
		[states, retries] = [[], 0];
		server = await start();
	});
	afterEach(async () => {
		for (const pid of stalled.splice(0)) process.kill(pid, "SIGCONT");
		await Promise.all(stores.splice(0).map((store) => store.close()));
		await Promise.all(servers.splice(0).map((one) => one.stop()));
		if (folder !== null) await rm(folder, { recursive: true, force: true });
		folder = null;
	});

	it("is left alone once it has stalled, reads and writes apart, and is asked again when it goes on", async () => {
		const store = guard(open());
		await store.write([write("a")]);
		expect(states).toEqual(["write closed", "read closed"]);
		stall(server.pid);
		const together = await Promise.allSettled([1, 2, 3].map(() => store.serving.read([key])));
		expect(together.map((one) => one.status === "rejected" && one.reason)).toEqual(
			[1, 2, 3].map(() => expect.objectContaining(unavailable)),
		);
		expect(states.at(-1)).toBe("read open");
		// Nothing is sent any more, and nobody waits: a thousand calls take less than one deadline.
		const began = performance.now();
		for (let i = 0; i < 1000; i++) await expect(store.serving.read([key])).rejects.toMatchObject(unavailable);
		expect(states.filter((state) => state === "write open")).toEqual([]);
		await Promise.allSettled([1, 2, 3].map(() => store.write([write("a", 2n)])));
		expect(states).toContain("write open");
		expect(performance.now() - began).toBeLessThan(20_000);
		process.kill(server.pid, "SIGCONT");
		await expect
			.poll(
				() =>
					store.serving.read([key]).then(
						(values) => values[0] != null,
						() => false,
					),
				{ timeout: 20_000 },
			)
			.toBe(true);
		await expect
			.poll(
				() =>
					store.write([write("b")]).then(
						() => true,
						() => false,
					),
				{ timeout: 20_000 },
			)
			.toBe(true);
		expect(states.filter((state) => state.startsWith("read")).at(-1)).toBe("read closed");
		expect(await store.write([write("a", 3n)])).toEqual(["WRITTEN"]);
	});

	it("is tried again at once where a read fails early, and not where the time is over", async () => {
		const store = open();
		await store.write([write("a")]);
		let failures = 2;
		const flaky = {
			read: (keys: readonly Uint8Array[]) =>
				failures-- > 0 ? store.read(keys.slice(0, -1)).then(refuse) : store.read(keys),
		};
		const refuse = (): never => {
			throw new Error("reset");
		};
		expect(await guard(store, flaky).serving.read([key])).not.toEqual([null]);
		expect(retries).toBe(2);
		stall(server.pid);
		await expect(guard(store).serving.read([key])).rejects.toMatchObject(unavailable);
		expect(retries).toBe(2);
	});

	it("has its replica read instead, when that is preferred or it fails itself", async () => {
		// A replica keeps what it was sent as a file, which every Redis that is started in the same folder would load.
		folder = await mkdtemp(join(tmpdir(), "featuregraph-replica-"));
		const of = ["--replicaof", "127.0.0.1", String(server.port)];
		const replica = await start([...of, "--repl-diskless-sync-delay", "0", "--dir", folder]);
		const options = { replicaUrls: [replica.url] };
		const [preferred, fallback, strict] = [
			open({ ...options, readFrom: "replicaPreferred" }),
			open({ ...options, readFrom: "primaryPreferred" }),
			open(options),
		] as [RedisOnlineStore, RedisOnlineStore, RedisOnlineStore];
		await preferred.write([write("a")]);
		await expect.poll(() => preferred.serving.read([key])).toEqual([Buffer.from(write("a").value)]);
		await fallback.connect();
		await server.stop();
		for (const store of [preferred, fallback]) {
			expect(await store.serving.read([key])).toEqual([Buffer.from(write("a").value)]);
			await expect(store.read([key])).rejects.toMatchObject(unavailable);
		}
		await expect(strict.serving.read([key])).rejects.toMatchObject(unavailable);
		await expect(strict.connect()).rejects.toMatchObject(unavailable);
	});

	it("is written to where its name leads, once the server it led to has become a replica", async () => {
		const heir = await start();
		let port = server.port;
		const sockets: Socket[] = [];
		const name = createServer((socket) => {
			const there = dial(port, "127.0.0.1");
			for (const one of [socket, there]) sockets.push(one.on("error", () => undefined));
			socket.pipe(there).pipe(socket);
		});
		await new Promise<void>((resolve) => name.listen(0, "127.0.0.1", resolve));
		const store = open({ url: `redis://127.0.0.1:${(name.address() as AddressInfo).port}` });
		await store.write([write("a")]);
		const admin = new Redis(server.url);
		await admin.replicaof("127.0.0.1", heir.port);
		await expect(store.write([write("a", 2n)])).rejects.toMatchObject({
			...unavailable,
			message: "The online store (Redis) refuses: READONLY.",
		});
		port = heir.port;
		const written = () =>
			store.write([write("a", 3n)]).then(
				([outcome]) => outcome,
				() => null,
			);
		await expect.poll(written, { timeout: 20_000 }).toBe("WRITTEN");
		admin.disconnect();
		for (const socket of sockets) socket.destroy();
		name.close();
	});

	it("says why it refuses, and what helps", async () => {
		const admin = new Redis(server.url);
		const store = open();
		await store.write([write("a")]);
		await admin.config("SET", "maxmemory", "1mb", "maxmemory-policy", "noeviction");
		const refused = {
			message: "The online store (Redis) refuses: OOM.",
			details: { hint: expect.stringContaining("maxmemory") },
		};
		await expect(store.write([write("b")])).rejects.toMatchObject({ ...unavailable, ...refused });
		expect(await store.read([key])).toEqual([Buffer.from(write("a").value)]);
		await admin.config("SET", "maxmemory", "0");
		expect(await store.write([write("b")])).toEqual(["WRITTEN"]);
		admin.disconnect();
	});
});
