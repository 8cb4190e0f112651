/**
 * From sending one row until a reader has it, at a hundred pushes a second, over HTTP: by the mutation and by `POST /push`; in turn with what lies below:
 * one row committed in PostgreSQL, which waits for its disk, then written to Redis and read from there.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { Pool } from "pg";
import { startEmbeddedPostgres } from "../stores/postgres/embedded/start.ts";
import { startRedis } from "../test/support/redis.ts";
import { silentLogger } from "../test/support/silent-logger.ts";
import { atRate, type Latency } from "./online/at-rate.ts";
import { type PushToReadable, startPushToReadable } from "./online/push-to-readable.ts";
import { type ServerProcess, startProcess } from "./online/server-process.ts";
import { featureNames, fill } from "./online/world.ts";
import type { Benchmark } from "./result.ts";

const rounds = 5;
const secondsEach = 4;
const goalMs = 5;

/** A table like a log's, without our columns. */
async function rawCommits(pool: Pool, redis: Redis): Promise<(count: number) => Promise<void>> {
	const columns = featureNames(10).map((name) => `${name} float8`);
	await pool.query(`CREATE TABLE IF NOT EXISTS raw_rows (item bigint, at timestamptz, ${columns.join(", ")})`);
	const parameters = columns.map((_, index) => `$${index + 3}`).join(", ");
	const insert = { name: "raw", text: `INSERT INTO raw_rows VALUES ($1, $2, ${parameters})` };
	const value = Buffer.alloc(125, 1);
	return async (count) => {
		await pool.query({ ...insert, values: [count, new Date(), ...columns.map(() => count)] });
		await redis.set(`raw:${count}`, value);
		await redis.getBuffer(`raw:${count}`);
	};
}

function median(all: readonly Latency[], of: keyof Latency): number {
	const sorted = all.map((each) => each[of]).sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const rounded = (value: number): number => Math.round(100 * value) / 100;

const prefixed = (name: string, all: readonly Latency[]): Readonly<Record<string, number>> => ({
	[`${name}.p50Ms`]: median(all, "p50Ms"),
	[`${name}.p99Ms`]: median(all, "p99Ms"),
});

export const run: Benchmark = async () => {
	const home = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const [redis, postgres] = await Promise.all([
		startRedis(),
		startEmbeddedPostgres({ dataDir: join(home, "database"), logger: silentLogger }),
	]);
	const pool = new Pool({ connectionString: postgres.url, max: 16 });
	const client = new Redis(redis.url);
	let server: ServerProcess | null = null;
	let pushes: PushToReadable | null = null;
	try {
		server = await startProcess("app/main.ts", [], {
			FEATUREGRAPH_HOME: home,
			DATABASE_URL: postgres.url,
			REDIS_URL: redis.url,
		});
		await fill(server.url);
		const raw = await rawCommits(pool, client);
		await atRate(1, raw);
		pushes = await startPushToReadable(server);
		const seen = { raw: [] as Latency[], graphql: [] as Latency[], push: [] as Latency[] };
		for (let round = 0; round < rounds; round++) {
			seen.raw.push(await atRate(secondsEach, raw));
			for (const way of ["graphql", "push"] as const)
				seen[way].push(await pushes.measure({ way, seconds: secondsEach }));
			const told = Object.entries(seen).map(
				([name, all]) => `${name} ${all.at(-1)?.p50Ms} and ${all.at(-1)?.p99Ms} ms`,
			);
			process.stderr.write(`p50 and p99: ${told.join(", ")}\n`);
		}
		return {
			name: "push-to-readable",
			figures: {
				...prefixed("graphql", seen.graphql),
				...prefixed("push", seen.push),
				...prefixed("raw", seen.raw),
			},
			ratios: {
				"graphql: 5 ms of its p99": rounded(goalMs / median(seen.graphql, "p99Ms")),
				"push: 5 ms of its p99": rounded(goalMs / median(seen.push, "p99Ms")),
				"raw commit and write of graphql, p50": rounded(median(seen.raw, "p50Ms") / median(seen.graphql, "p50Ms")),
				"raw commit and write of graphql, p99": rounded(median(seen.raw, "p99Ms") / median(seen.graphql, "p99Ms")),
			},
			goals: { "graphql: 5 ms of its p99": 1, "push: 5 ms of its p99": 1 },
		};
	} finally {
		pushes?.stop();
		await server?.stop();
		client.disconnect();
		await pool.end();
		await Promise.all([redis.stop(), postgres.stop()]);
		await rm(home, { recursive: true, force: true });
	}
};
