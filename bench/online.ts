/**
 * Online reads over HTTP: ours by every door, on Redis and on LMDB, against the raw limit (Fastify, one MGET, JSON) and a
 * static schema on Mercurius with JIT. A process each, the same Redis, turns taken within the run; processor time per request is
 * measured beside the rate, since a busy machine blurs it less. FEATUREGRAPH_BENCH_FULL=1: all shapes and connections.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { startRedis } from "../test/support/redis.ts";
import { answerOf, type Load, load } from "./online/load.ts";
import { startPushToReadable } from "./online/push-to-readable.ts";
import { type ServerProcess, startProcess, waitedMicrosOf } from "./online/server-process.ts";
import { type Shape, shotOf, type Way } from "./online/shots.ts";
import { steadyLoad } from "./online/steady-load.ts";
import { withinMillisecond } from "./online/within-a-millisecond.ts";
import { entityCount, fill, fillBare } from "./online/world.ts";
import type { Benchmark } from "./result.ts";

const isFull = process.env["FEATUREGRAPH_BENCH_FULL"] === "1";
const shapes: readonly Shape[] = isFull
	? [
			{ rows: 1, width: 10 },
			{ rows: 10, width: 50 },
			{ rows: 100, width: 10 },
			{ rows: 100, width: 50 },
			{ rows: 1000, width: 10 },
		]
	: [
			{ rows: 1, width: 10 },
			{ rows: 100, width: 10 },
		];
const connections = isFull ? [1, 16, 64] : [16];
const rounds = isFull ? 2 : 3;
/** After so long little is left to be compiled, of a large program as of a small one. */
const warmUpSeconds = 3;
/** Of each load; one of a number of requests would end at a full second, whatever came before. */
const seconds = 2;
const halfLoadSeconds = 10;

interface Contender {
	readonly name: string;
	readonly server: ServerProcess;
	readonly way: Way;
}

export const run: Benchmark = async () => {
	const home = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const redis = await startRedis();
	const servers: ServerProcess[] = [];
	const start = async (...args: Parameters<typeof startProcess>): Promise<ServerProcess> => {
		const server = await startProcess(...args);
		servers.push(server);
		return server;
	};
	try {
		const bare = await start("bench/online/bare.ts", [redis.url]);
		const fixed = await start("bench/online/static-graphql.ts", [redis.url]);
		// Equal queries that are under way share one execution, and those of a load are all equal: that is not what is measured.
		const env = { FEATUREGRAPH_GATEWAY_LIMIT_SHARED_QUERIES: "0" };
		const onRedis = await start("app/main.ts", [], {
			...env,
			FEATUREGRAPH_HOME: join(home, "a"),
			REDIS_URL: redis.url,
		});
		const onLmdb = await start("app/main.ts", [], { ...env, FEATUREGRAPH_HOME: join(home, "b") });
		const bytesPerEntity = await grownBy(redis.url, () => fill(onRedis.url));
		await fill(onLmdb.url);
		await fillBare(redis.url);
		await Promise.all(servers.map((server) => server.restIdle()));

		const ways = ["graphql", "typed", "json", "arrow"] as const;
		const contenders: Contender[] = [
			{ name: "bare", server: bare, way: "bare" },
			{ name: "static", server: fixed, way: "static" },
			...ways.map((way) => ({ name: `${way}.redis`, server: onRedis, way })),
			...ways.map((way) => ({ name: `${way}.lmdb`, server: onLmdb, way })),
		];
		const loads = await measure(contenders);
		const half = await halfLoad(onRedis, redis.pid, loads.get("json.redis 1x10 at 16")?.perSecond ?? 1000);
		const pushes = await startPushToReadable(onRedis);
		const readable = await pushes.measure({ way: "graphql", seconds: isFull ? 20 : 10 });
		pushes.stop();
		return {
			name: "online",
			...summarize(loads, { bytesPerEntity, ...half, ...prefixed("pushToReadable.", readable) }),
		};
	} finally {
		await Promise.all(servers.map((server) => server.stop()));
		await redis.stop();
		await rm(home, { recursive: true, force: true });
	}
};

const nameOf = ({ rows, width }: Shape): string => `${rows}x${width}`;

/** The round with the least processor time of each counts. */
async function measure(contenders: readonly Contender[]): Promise<ReadonlyMap<string, Load>> {
	const best = new Map<string, Load>();
	for (const shape of shapes) {
		for (const { server, way } of contenders) {
			await answerOf(server, shotOf(way, shape));
			// What runs for the first time is slow, and is not what is measured.
			await load(server, shotOf(way, shape), 16, { seconds: warmUpSeconds });
		}
		for (const at of connections) {
			for (let round = 0; round < rounds; round++) {
				for (const { name, server, way } of contenders) {
					const result = await load(server, shotOf(way, shape), at, { seconds });
					if (result.failed > 0) throw new Error(`${name}: ${result.failed} failed`);
					const key = `${name} ${nameOf(shape)} at ${at}`;
					process.stderr.write(`${key}: ${result.perSecond}/s, ${result.cpuMicros} us, p99 ${result.p99Ms} ms\n`);
					if (result.cpuMicros < (best.get(key)?.cpuMicros ?? Number.POSITIVE_INFINITY)) best.set(key, result);
				}
			}
		}
	}
	return best;
}

/**
 * Of one row at half of the saturating load: the share that the server answered within a millisecond, and the shares of the time in
 * which it and Redis could have run and had no processor.
 */
async function halfLoad(
	server: ServerProcess,
	redisPid: number,
	saturating: number,
): Promise<Readonly<Record<string, number>>> {
	const histogram = "featuregraph_gateway_features_seconds";
	const perSecond = Math.round(saturating / 2);
	const shot = shotOf("json", { rows: 1, width: 10 });
	const look = async () => ({
		waited: await Promise.all([server.waitedMicros(), waitedMicrosOf(redisPid)]),
		answered: await withinMillisecond(server, histogram),
	});
	let before = look();
	const sent = await steadyLoad(server, shot, { perSecond, seconds: halfLoadSeconds, connections: 16 }, () => {
		before = look();
	});
	const { answered, failed, p99Ms, lateP99Ms } = sent;
	if (failed > 0) throw new Error(`Half load: ${failed} failed`);
	const [first, last] = await Promise.all([before, look()]);
	const waited = last.waited.map((micros, index) => micros - (first.waited[index] ?? 0));
	const [all, within] = last.answered.map((count, index) => count - (first.answered[index] ?? 0)) as [number, number];
	const share = (micros: number): number => rounded(micros / 1e6 / halfLoadSeconds);
	return {
		"halfLoad.perSecond": Math.round(answered / halfLoadSeconds),
		"halfLoad.p99Ms": p99Ms,
		"halfLoad.lateP99Ms": lateP99Ms,
		"halfLoad.serverWaited": share(waited[0] ?? 0),
		"halfLoad.redisWaited": share(waited[1] ?? 0),
		"halfLoad.withinMillisecond": rounded(within / all),
	};
}

/** Memory of Redis for one entity of each width, all that it takes to keep it included. */
async function grownBy(url: string, work: () => Promise<void>): Promise<number> {
	const client = new Redis(url);
	const used = async () => Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
	const before = await used();
	await work();
	const grown = (await used()) - before;
	await client.quit();
	return Math.round(grown / entityCount);
}

function summarize(loads: ReadonlyMap<string, Load>, more: Readonly<Record<string, number>>) {
	const figures: Record<string, number> = { ...more };
	for (const [name, { failed: _, ...load }] of loads) {
		for (const [what, value] of Object.entries(load)) figures[`${name}.${what}`] = value;
	}
	const of = (one: string, other: string, shape: string) => ({
		[`${one} of ${other}, ${shape}, rate`]: ratio(loads, (load) => load.perSecond, [one, other], shape),
		[`${one} of ${other}, ${shape}, processor time`]: ratio(loads, (load) => 1 / load.cpuMicros, [one, other], shape),
	});
	const ratios: Record<string, number> = {
		...of("graphql.redis", "static", "1x10"),
		...of("typed.redis", "static", "1x10"),
		...of("json.redis", "bare", "1x10"),
		...of("graphql.redis", "static", "100x10"),
		...of("json.redis", "bare", "100x10"),
		...of("arrow.redis", "bare", "100x10"),
		"graphql.redis 100x10, entities per second": 100 * (loads.get("graphql.redis 100x10 at 16")?.perSecond ?? 0),
		"arrow.redis 100x10, entities per second": 100 * (loads.get("arrow.redis 100x10 at 16")?.perSecond ?? 0),
		"push to readable within 5 ms, of its p99": rounded(5 / (more["pushToReadable.p99Ms"] ?? Number.NaN)),
	};
	return {
		figures,
		ratios,
		goals: {
			"graphql.redis of static, 1x10, processor time": 0.7,
			"json.redis of bare, 1x10, processor time": 0.85,
			"graphql.redis 100x10, entities per second": 150_000,
			"arrow.redis 100x10, entities per second": 400_000,
			"halfLoad.withinMillisecond": 0.99,
			"push to readable within 5 ms, of its p99": 1,
		},
	};
}

function ratio(
	loads: ReadonlyMap<string, Load>,
	of: (load: Load) => number,
	[one, other]: readonly [string, string],
	shape: string,
): number {
	const value = (name: string): number => {
		const found = loads.get(`${name} ${shape} at 16`);
		return found === undefined ? Number.NaN : of(found);
	};
	return rounded(value(one) / value(other));
}

const prefixed = (prefix: string, figures: Readonly<Record<string, number>>): Record<string, number> =>
	Object.fromEntries(Object.entries(figures).map(([name, value]) => [prefix + name, value]));

const rounded = (value: number): number => Number(value.toFixed(3));
