/**
 * What a second process on the port brings: `gateway --workers 2` against one, all subgraphs in its processes, the same PostgreSQL
 * and Redis, turns taken within the run. Load, Redis and workers share the cores of one machine: how busy those were stands
 * beside the ratio of the rates, which cannot be 2 where one worker and its load fill them. FEATUREGRAPH_BENCH_WORKERS: how many.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { startEmbeddedPostgres } from "../stores/postgres/embedded/start.ts";
import { startRedis } from "../test/support/redis.ts";
import { silentLogger } from "../test/support/silent-logger.ts";
import { answerOf, type Load, load } from "./online/load.ts";
import { withChildren } from "./online/process-tree.ts";
import { type ServerProcess, startProcess } from "./online/server-process.ts";
import { type Shape, shotOf, type Way } from "./online/shots.ts";
import { fill } from "./online/world.ts";
import type { Benchmark } from "./result.ts";

const many = Number(process.env["FEATUREGRAPH_BENCH_WORKERS"] ?? 2);
const rounds = 3;
const connections = 32;
/** Of one round. */
const seconds = 3;
const tries: readonly { readonly way: Way; readonly shape: Shape }[] = [
	{ way: "json", shape: { rows: 1, width: 10 } },
	{ way: "graphql", shape: { rows: 1, width: 10 } },
	{ way: "json", shape: { rows: 100, width: 10 } },
];

interface Measured extends Load {
	/** Of all cores, by workers, load and Redis together. */
	readonly busyShare: number;
}

export const run: Benchmark = async () => {
	const home = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const redis = await startRedis();
	const postgres = await startEmbeddedPostgres({ dataDir: join(home, "postgres"), logger: silentLogger });
	const client = new Redis(redis.url);
	const servers: ServerProcess[] = [];
	const start = async (workers: number): Promise<ServerProcess> => {
		const server = await startProcess("app/main.ts", ["gateway", "--workers", String(workers)], {
			FEATUREGRAPH_HOME: join(home, String(workers)),
			DATABASE_URL: postgres.url,
			REDIS_URL: redis.url,
			FEATUREGRAPH_SUBGRAPH_SECRET: "of-this-benchmark-alone".padEnd(32, "."),
			FEATUREGRAPH_LOCAL_SUBGRAPHS: "registry,models,serving,monitoring",
			// Equal queries that are under way share one execution, which is not what is measured.
			FEATUREGRAPH_GATEWAY_LIMIT_SHARED_QUERIES: "0",
		});
		servers.push(server);
		while (!(await fetch(`${server.url}/ready`)).ok) await sleep(50);
		return withChildren(server);
	};
	try {
		const one = await start(1);
		await fill(one.url);
		const several = await start(many);
		const figures: Record<string, number> = { cores: availableParallelism() };
		const ratios: Record<string, number> = {};
		for (const { way, shape } of tries) {
			const name = `${way} ${shape.rows}x${shape.width}`;
			const shot = shotOf(way, shape);
			const measure = async (server: ServerProcess): Promise<Measured> => {
				const [own, stores, began] = [process.cpuUsage(), await redisMicros(client), performance.now()];
				const result = await load(server, shot, connections, { seconds });
				if (result.failed > 0) throw new Error(`${name}: ${result.failed} failed`);
				const { user, system } = process.cpuUsage(own);
				const elapsed = (performance.now() - began) / 1000;
				const others = (user + system + (await redisMicros(client)) - stores) / elapsed;
				const busyMicros = others + result.cpuMicros * result.perSecond;
				return { ...result, busyShare: busyMicros / 1e6 / availableParallelism() };
			};
			const measured = new Map<ServerProcess, Measured[]>();
			for (const server of [one, several]) {
				await answerOf(server, shot);
				// What runs for the first time is slow, in each process anew.
				await load(server, shot, connections, { seconds: seconds * (server === one ? 1 : many) });
				measured.set(server, []);
			}
			for (let round = 0; round < rounds; round++) {
				for (const [server, results] of measured) {
					const result = await measure(server);
					const workers = server === one ? 1 : many;
					process.stderr.write(`${name}, ${workers}: ${result.perSecond}/s, ${result.cpuMicros} us\n`);
					results.push(result);
				}
			}
			const [alone, together] = [one, several].map((server) => summary(measured.get(server) ?? []));
			for (const [label, each] of [
				["1", alone],
				[String(many), together],
			] as const) {
				for (const [what, value] of Object.entries(each ?? {})) figures[`${name}, ${label} workers.${what}`] = value;
			}
			ratios[`${name}, ${many} workers of one, rate`] = ratio(together?.perSecond, alone?.perSecond);
			ratios[`${name}, ${many} workers of one, processor time`] = ratio(together?.cpuMicros, alone?.cpuMicros);
		}
		return { name: "online-workers", figures, ratios, goals: {} };
	} finally {
		client.disconnect();
		await Promise.all(servers.map((server) => server.stop()));
		await postgres.stop();
		await redis.stop();
		await rm(home, { recursive: true, force: true });
	}
};

/** The medians of the rounds. */
function summary(results: readonly Measured[]) {
	const median = (of: (result: Measured) => number): number =>
		results.map(of).sort((a, b) => a - b)[Math.floor(results.length / 2)] ?? Number.NaN;
	return {
		perSecond: median(({ perSecond }) => perSecond),
		cpuMicros: median(({ cpuMicros }) => cpuMicros),
		p99Ms: median(({ p99Ms }) => p99Ms),
		busyShare: Number(median(({ busyShare }) => busyShare).toFixed(2)),
	};
}

async function redisMicros(client: Redis): Promise<number> {
	const info = await client.info("cpu");
	const of = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
	return (of("used_cpu_user") + of("used_cpu_sys")) * 1e6;
}

const ratio = (one = Number.NaN, other = Number.NaN): number => Number((one / other).toFixed(3));
