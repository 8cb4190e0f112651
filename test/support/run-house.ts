/** All that runs need, on real components: PostgreSQL, LMDB, DuckDB and files. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Job, JobQueue } from "../../core/ports/job-queue.ts";
import type { Principal } from "../../core/ports/principal.ts";
import { permissions } from "../../core/ports/principal.ts";
import { uploadTurns } from "../../services/training/uploads/upload-turns.ts";
import { incomingFiles } from "../../stores/blobs/incoming-files.ts";
import { openLocalBlobs } from "../../stores/blobs/local-blobs.ts";
import { createMemoryBus } from "../../stores/bus/memory-bus.ts";
import { createPostgresLog } from "../../stores/log/postgres-log.ts";
import { duckdbEngine } from "../../stores/offline/duckdb/engine.ts";
import { duckdbFrameFiles } from "../../stores/offline/duckdb/frame-files.ts";
import { duckdbFrameParts } from "../../stores/offline/duckdb/frame-parts.ts";
import { duckdbFrameProfiler } from "../../stores/offline/duckdb/frame-profiler.ts";
import { duckdbLabelFiles } from "../../stores/offline/duckdb/label-files.ts";
import { featureJoin } from "../../stores/offline/join/feature-join.ts";
import { labelSpool } from "../../stores/offline/label-spool.ts";
import { postgresAccess } from "../../stores/offline/postgres/access.ts";
import { postgresEngine } from "../../stores/offline/postgres/engine.ts";
import { postgresLogReader } from "../../stores/offline/postgres/log-reader.ts";
import { openLmdbOnlineStore } from "../../stores/online/lmdb/lmdb-online-store.ts";
import { postgresAlertStore } from "../../stores/postgres/alerts/alert-store.ts";
import { postgresFreshnessStore } from "../../stores/postgres/alerts/freshness-store.ts";
import type { Database } from "../../stores/postgres/database.ts";
import { postgresIdempotencyStore } from "../../stores/postgres/idempotency/idempotency-store.ts";
import { postgresRunStore } from "../../stores/postgres/runs/run-store.ts";
import { postgresWatermarkStore } from "../../stores/postgres/runs/watermark-store.ts";
import { postgresTrainingStore } from "../../stores/postgres/training/training-store.ts";
import { postgresUploadStore } from "../../stores/postgres/training/upload-store.ts";
import { silentLogger } from "./silent-logger.ts";

export const anyone: Principal = { id: "anonymous", permissions: new Set(permissions), projects: null };

export type RunHouse = Awaited<ReturnType<typeof runHouse>>;

export async function runHouse(database: Database, start: bigint) {
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-runs-"));
	const settings = { tempDirectory: folder, memoryLimit: "512MB", maxTempDirectorySize: "2GB", threads: 1 };
	const time = { now: start };
	const clock = { now: () => time.now };
	const jobs: Job[] = [];
	const queue: JobQueue = {
		enqueue: async (job) => void jobs.push(job),
		work: async () => {},
		schedule: async () => {},
		unschedule: async () => {},
		schedules: async () => [],
		ping: async () => {},
		close: async () => {},
	};
	const limits = { statementTimeoutMs: 60_000 };
	const logs = postgresLogReader(database.pool, limits);
	const postgres = postgresAccess({ pool: database.pool, connections: new Map(), logs, limits });
	const spool = labelSpool(settings, postgres);
	const online = openLmdbOnlineStore({ path: join(folder, "online"), clock });
	return {
		folder,
		time,
		jobs,
		online,
		clock,
		queue,
		logger: silentLogger,
		/** How long runs wait for the online store, by `clock`. */
		onlineWaitMicros: 3_600_000_000n,
		bus: createMemoryBus({ logger: silentLogger }),
		drawLimits: { rows: 1_000_000, bytes: 1e9, seconds: 600, shardRows: 100_000, fileBytes: 1e9 },
		blobs: await openLocalBlobs(join(folder, "blobs")),
		engines: [duckdbEngine({ settings, logs }), postgresEngine(postgres)],
		join: featureJoin({ settings, spool, logs, postgres }),
		spool,
		incoming: incomingFiles(join(folder, "incoming")),
		mostOpenUploads: 20,
		turns: uploadTurns({ checks: 1, waiting: 1 }),
		frames: duckdbFrameFiles(settings),
		labelFiles: duckdbLabelFiles(settings),
		profiler: duckdbFrameProfiler(settings),
		parts: duckdbFrameParts(settings),
		log: createPostgresLog(database, clock),
		runs: postgresRunStore(database),
		watermarks: postgresWatermarkStore(database),
		freshness: postgresFreshnessStore(database),
		alerts: postgresAlertStore(database),
		training: postgresTrainingStore(database),
		uploads: postgresUploadStore(database),
		idempotency: postgresIdempotencyStore(database, clock),
		close: async () => {
			await online.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
