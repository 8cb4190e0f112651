import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobQueue } from "../../core/ports/job-queue.ts";
import type { Registry } from "../../services/registry/registry.ts";
import { createTrainingSet } from "../../services/training/create-training-set.ts";
import { removeStaleScratch } from "../../stores/offline/duckdb/scratch.ts";
import { openPgBossQueue } from "../../stores/queue/pg-boss-queue.ts";
import { testDatabase } from "../support/database.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis.ts";
import { applyText, testRegistry } from "../support/registry.ts";
import { anyone, type RunHouse, runHouse } from "../support/run-house.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";
import { silentLogger } from "../support/silent-logger.ts";

const keyCount = 5000;
const labelCount = 6000;
const shardRows = 600;
const shardCount = 10;
/** So many are whole when the worker is killed. */
const shardsBefore = 3;

const definitions = (folder: string) => `
entities: { sensor: { joinKeys: { sensor: int64 } } }
sources:
  readings: { csv: ${join(folder, "readings.csv")}, eventTime: read_at, columns: { sensor: int64, value: float64, read_at: timestamp } }
  questions: { csv: ${join(folder, "questions.csv")}, eventTime: asked_at, columns: { sensor: int64, asked_at: timestamp } }
views:
  state: { entities: [sensor], source: readings, features: { value: float64 } }
`;

/** Two workers share the queue; the one that draws a large training set is killed in the middle of it. */
describe.skipIf(redisServer.missing)(`kill -9 of a worker${redisServer.reason}`, () => {
	const database = testDatabase();
	let folder: TemporaryFolder;
	let redis: TestRedis;
	let house: RunHouse;
	let registry: Registry;
	let queue: JobQueue;
	const scratches = ["one", "two"];
	let workers: TestServer[] = [];
	let ids: number[] = [];
	beforeAll(async () => {
		folder = await temporaryFolder();
		redis = await startRedis();
		const rows = Array.from({ length: keyCount }, (_, k) => `${k},${k * 0.5},2024-05-01T0${k % 10}:00:00Z`);
		await writeFile(join(folder.path, "readings.csv"), `sensor,value,read_at\n${rows.join("\n")}\n`);
		const labels = Array.from({ length: labelCount }, (_, k) => `${(k * 7) % (keyCount + 9)},2024-05-01T05:00:00Z`);
		await writeFile(join(folder.path, "questions.csv"), `sensor,asked_at\n${labels.join("\n")}\n`);
		house = await runHouse(database.database, 1_800_000_000_000_000n);
		registry = await testRegistry(database.database, { engines: house.engines });
		await applyText(registry, definitions(folder.path));
		const concurrency = { materialize: 1, backfill: 1, "training-set": 1 };
		queue = await openPgBossQueue({ url: database.url, logger: silentLogger, concurrency });
		workers = await Promise.all(scratches.map(startWorker));
		ids = workers.map(({ pid }) => pid);
	});
	afterAll(async () => {
		await Promise.all(workers.map((worker) => worker.stop()));
		await queue?.close(1000);
		await registry?.close();
		await house?.close();
		await redis?.stop();
		await folder.remove();
	});

	const startWorker = (name: string): Promise<TestServer> =>
		startServer({
			folder: folder.path,
			args: ["worker"],
			env: {
				DATABASE_URL: database.url,
				REDIS_URL: redis.url,
				FEATUREGRAPH_HOME: join(folder.path, "home"),
				FEATUREGRAPH_SCRATCH: join(folder.path, name),
				FEATUREGRAPH_LIMIT_TRAINING_SET_SHARD_ROWS: String(shardRows),
				LOG_LEVEL: "info",
			},
		});
	const draw = async (): Promise<string> => {
		const set = await createTrainingSet({ ...house, registry, queue, mostInlineRows: 10 }, anyone, {
			project: "default",
			name: null,
			select: { features: ["state:value"] },
			bindings: [],
			labels: { kind: "source", source: "questions" },
			timestampColumn: "asked_at",
			known: { kind: "event" },
			format: "PARQUET",
			fullFeatureNames: false,
			idempotencyKey: null,
		});
		return set.run.id;
	};
	const succeeded = async (id: string): Promise<string | null | undefined> => {
		await expect
			.poll(async () => (await house.runs.get(id))?.state, { timeout: 60_000, interval: 20 })
			.toBe("SUCCEEDED");
		return (await house.training.get(id))?.result?.contentHash;
	};
	const files = () => join(folder.path, "home", "files", "training-sets");
	/** The shards of a run that a worker said were whole, in the order in which it did. */
	const shardsOf = (worker: TestServer, id: string): number[] =>
		linesOf(worker, id)
			.filter(({ msg }) => msg === "A shard of a training set is drawn")
			.map(({ shard }) => shard ?? -1);

	it("in the middle of a training set: the other one draws the shards that are missing, to the same bytes", async () => {
		const calm = await draw();
		const calmHash = await succeeded(calm);
		expect(workers.flatMap((worker) => shardsOf(worker, calm))).toHaveLength(shardCount);

		const id = await draw();
		let drawing: TestServer | undefined;
		const begun = (): boolean => {
			drawing = workers.find((worker) => shardsOf(worker, id).length >= shardsBefore);
			return drawing !== undefined;
		};
		await expect.poll(begun, { timeout: 60_000, interval: 2 }).toBe(true);
		if (drawing === undefined) throw new Error("Nobody draws.");
		expect(await drawing.stop("SIGKILL")).toBe("SIGKILL");
		const before = shardsOf(drawing, id);
		const { state, rowsWritten } = (await house.runs.get(id)) ?? {};
		expect(state).toBe("RUNNING");
		const recorded = Number(rowsWritten) / shardRows;
		expect(recorded).toBeGreaterThanOrEqual(shardsBefore);
		expect(recorded).toBeLessThan(shardCount);
		expect(before.length).toBeLessThanOrEqual(recorded);

		expect(await succeeded(id)).toBe(calmHash);
		workers = workers.filter((worker) => worker !== drawing);
		const [other] = workers;
		if (other === undefined) throw new Error("The other worker is gone.");
		expect(linesOf(other, id).find(({ msg }) => msg === "A training set is taken up again")?.shards).toBe(recorded);
		expect(shardsOf(other, id)).toEqual(Array.from({ length: shardCount - recorded }, (_, k) => recorded + k));
		const [struck, whole] = await Promise.all([id, calm].map((of) => readFile(join(files(), `${of}.parquet`))));
		expect(struck?.equals(whole ?? Buffer.alloc(0))).toBe(true);
		// What was kept for others goes with the end of the run.
		await expect.poll(() => readdir(join(files(), id)), { timeout: 30_000 }).toEqual([]);

		// A worker that starts removes what the killed one left half written.
		const scratch = join(folder.path, scratches[ids.indexOf(drawing.pid)] ?? "");
		expect(await readdir(scratch)).not.toEqual([]);
		await removeStaleScratch(scratch);
		expect(await readdir(scratch)).toEqual([]);
	});
});

interface LogLine {
	readonly msg: string;
	readonly runId?: string;
	readonly shard?: number;
	readonly shards?: number;
}

/** What a worker has said of a run. */
const linesOf = (worker: TestServer, runId: string): LogLine[] =>
	worker
		.stderr()
		.split("\n")
		.slice(0, -1)
		.filter((line) => line.includes(runId))
		.map((line) => JSON.parse(line) as LogLine);
