/**
 * Materialization end to end: rows of ten doubles from a Parquet file, the newest of each entity, into Redis, as a run
 * with its checkpoints in PostgreSQL; then once more, when nothing is newer. Beside it the raw limit in the same rounds:
 * the file scanned by DuckDB in the order of the keys, and as many ready values written by pipelined SETs.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { Redis } from "ioredis";
import { compileKeyEncoder } from "../core/online/key.ts";
import { scalar } from "../core/values/type.ts";
import { materialize } from "../services/materialization/materialize.ts";
import { materializeRun } from "../services/materialization/materialize-run.ts";
import { batchWriter } from "../services/serving/write/batch-writer.ts";
import { openRedisOnlineStore } from "../stores/online/redis/redis-online-store.ts";
import { openDatabase } from "../stores/postgres/database.ts";
import { startEmbeddedPostgres } from "../stores/postgres/embedded/start.ts";
import { migrateDatabase } from "../stores/postgres/migrate.ts";
import { startRedis } from "../test/support/redis.ts";
import { applyText, testRegistry } from "../test/support/registry.ts";
import { anyone, type RunHouse, runHouse } from "../test/support/run-house.ts";
import { silentLogger } from "../test/support/silent-logger.ts";
import type { Benchmark } from "./result.ts";

const rows = 200_000;
const rounds = 3;
const featureNames = Array.from({ length: 10 }, (_, i) => `f${i}`);
const retentionMicros = 30n * 86_400_000_000n;
const never = new AbortController().signal;

const definitions = (file: string): string => `
entities: { customer: { joinKeys: { id: int64 } } }
sources: { events: { parquet: ${file}, eventTime: event_ts, createdTime: created_ts } }
views: { customers: { entities: [customer], source: events, features: { ${featureNames.map((name) => `${name}: float64`).join(", ")} } } }
`;

async function writeFile(connection: DuckDBConnection, file: string): Promise<void> {
	const values = featureNames.map((name, i) => `hash(n * 10 + ${i})::DOUBLE / 1e19 AS ${name}`);
	const at = "TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL 1 SECOND * (n % 86400)";
	await connection.run(
		`COPY (SELECT n::BIGINT AS id, ${values.join(", ")}, ${at} AS event_ts, ${at} AS created_ts FROM range(${rows}) t(n)) TO '${file}' (FORMAT parquet)`,
	);
}

interface Measured {
	readonly seconds: number;
	/** Of this process: Redis and PostgreSQL are others. */
	readonly cpuSeconds: number;
}

async function measured(work: () => Promise<void>): Promise<Measured> {
	const cpu = process.cpuUsage();
	const begun = performance.now();
	await work();
	const { user, system } = process.cpuUsage(cpu);
	return { seconds: (performance.now() - begun) / 1000, cpuSeconds: (user + system) / 1e6 };
}

function median(all: readonly Measured[], of: keyof Measured): number {
	const sorted = all.map((each) => each[of]).sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const perScan = "SELECT * FROM read_parquet";

async function scan(connection: DuckDBConnection, file: string): Promise<void> {
	const result = await connection.stream(`${perScan}('${file}') ORDER BY id`);
	for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk());
}

const writesPerPipeline = 5_000;

async function set(client: Redis, keys: readonly Buffer[], value: Buffer): Promise<void> {
	for (let start = 0; start < keys.length; start += writesPerPipeline) {
		const pipeline = client.pipeline();
		for (const key of keys.slice(start, start + writesPerPipeline)) pipeline.set(key, value);
		await pipeline.exec();
	}
}

export const run: Benchmark = async () => {
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const redis = await startRedis();
	const postgres = await startEmbeddedPostgres({
		dataDir: join(folder, "postgres"),
		settings: { fsync: "off" },
		logger: silentLogger,
	});
	const database = openDatabase({ url: postgres.url, maxConnections: 4, logger: silentLogger });
	let house: RunHouse | null = null;
	const duckdb = await DuckDBInstance.create(":memory:", { threads: "2" });
	const connection = await duckdb.connect();
	const client = new Redis(redis.url);
	const online = openRedisOnlineStore({ url: redis.url, commandTimeoutMs: 10_000, logger: null });
	try {
		await migrateDatabase(database);
		const file = join(folder, "events.parquet");
		await writeFile(connection, file);
		house = await runHouse(database, BigInt(Date.now()) * 1000n);
		const { clock, bus, engines } = house;
		const registry = await testRegistry(database, { clock, bus, engines });
		await applyText(registry, definitions(file));
		const deps = {
			...house,
			online,
			registry,
			writeOnline: batchWriter({ online, bus, retentionMicros }),
			checkFreshness: async () => {},
		};
		const input = { project: "default", views: null, start: null, end: null, incremental: false, idempotencyKey: null };
		const whole = async (written: number): Promise<void> => {
			const { id } = await materialize(deps, anyone, input);
			await materializeRun(deps, id, never);
			const run = await deps.runs.get(id);
			if (run?.state === "SUCCEEDED" && run.rowsRead === BigInt(rows) && run.rowsWritten === BigInt(written)) return;
			throw new Error(`The run ended ${run?.state}: ${run?.rowsWritten} written. ${run?.failure?.message}`);
		};
		const encodeKey = compileKeyEncoder(1, 1, [{ name: "id", type: scalar("INT64") }]);
		const keys = Array.from({ length: rows }, (_, i) => encodeKey([BigInt(i)]) as Buffer);
		const value = Buffer.alloc(119, 7);
		const times = { whole: [] as Measured[], again: [] as Measured[], scan: [] as Measured[], set: [] as Measured[] };
		for (let round = 0; round < rounds; round++) {
			await client.flushall();
			times.scan.push(await measured(() => scan(connection, file)));
			times.set.push(await measured(() => set(client, keys, value)));
			await client.flushall();
			times.whole.push(await measured(() => whole(rows)));
			times.again.push(await measured(() => whole(0)));
		}
		await registry.close();
		const perMinute = (of: readonly Measured[]): number => Math.round((60 * rows) / median(of, "seconds"));
		const cpuMicros = (of: readonly Measured[]): number => Math.round((1e8 * median(of, "cpuSeconds")) / rows) / 100;
		const raw = median(times.scan, "seconds") + median(times.set, "seconds");
		return {
			name: "materialization",
			figures: {
				rowsPerMinute: perMinute(times.whole),
				rowsPerMinuteNothingNewer: perMinute(times.again),
				rawScanRowsPerMinute: perMinute(times.scan),
				rawSetRowsPerMinute: perMinute(times.set),
				cpuMicrosPerRow: cpuMicros(times.whole),
				cpuMicrosPerRowNothingNewer: cpuMicros(times.again),
				rawScanCpuMicrosPerRow: cpuMicros(times.scan),
				rawSetCpuMicrosPerRow: cpuMicros(times.set),
			},
			ratios: { materializationToRaw: Math.round((100 * raw) / median(times.whole, "seconds")) / 100 },
			goals: { rowsPerMinute: 10_000_000 },
		};
	} finally {
		await Promise.allSettled([online.close(), house?.close()]);
		client.disconnect();
		connection.closeSync();
		duckdb.closeSync();
		await database.close();
		await postgres.stop();
		await redis.stop();
		await rm(folder, { recursive: true, force: true });
	}
};
