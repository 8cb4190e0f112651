import { mkdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Registry as Metrics } from "prom-client";
import type { BlobStore } from "../core/ports/blob-store.ts";
import type { Bus } from "../core/ports/bus.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { FeatureJoin } from "../core/ports/feature-join.ts";
import type { FrameParts } from "../core/ports/frame-parts.ts";
import type { FrameProfiler } from "../core/ports/frame-profiler.ts";
import type { IncomingFiles } from "../core/ports/incoming-files.ts";
import type { JobQueue } from "../core/ports/job-queue.ts";
import type { LabelFiles } from "../core/ports/label-files.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { FrameFiles, LabelSpool, OfflineEngine } from "../core/ports/offline-engine.ts";
import type { OfflineLog } from "../core/ports/offline-log.ts";
import { incomingFiles } from "../stores/blobs/incoming-files.ts";
import { openLocalBlobs } from "../stores/blobs/local-blobs.ts";
import { createPostgresLog } from "../stores/log/postgres-log.ts";
import { duckdbEngine } from "../stores/offline/duckdb/engine.ts";
import { duckdbFrameFiles } from "../stores/offline/duckdb/frame-files.ts";
import { duckdbFrameParts } from "../stores/offline/duckdb/frame-parts.ts";
import { duckdbFrameProfiler } from "../stores/offline/duckdb/frame-profiler.ts";
import { duckdbLabelFiles } from "../stores/offline/duckdb/label-files.ts";
import { removeStaleScratch, scratchPath } from "../stores/offline/duckdb/scratch.ts";
import type { DuckdbSettings } from "../stores/offline/duckdb/session.ts";
import { featureJoin } from "../stores/offline/join/feature-join.ts";
import { labelSpool } from "../stores/offline/label-spool.ts";
import { postgresAccess } from "../stores/offline/postgres/access.ts";
import { postgresEngine } from "../stores/offline/postgres/engine.ts";
import { postgresLogReader } from "../stores/offline/postgres/log-reader.ts";
import { type Database, openDatabase } from "../stores/postgres/database.ts";
import { startEmbeddedPostgres } from "../stores/postgres/embedded/start.ts";
import { migrateDatabase } from "../stores/postgres/migrate.ts";
import { openSourcePool } from "../stores/postgres/source-pool.ts";
import { openPgBossQueue } from "../stores/queue/pg-boss-queue.ts";
import type { Closers } from "./closers.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { openBus } from "./open-bus.ts";
import { type OnlineAdapters, openOnline } from "./open-online.ts";

/** What stands behind the ports, as the configuration chose it. */
export interface Adapters extends OnlineAdapters {
	readonly database: Database;
	readonly bus: Bus;
	readonly queue: JobQueue;
	readonly log: OfflineLog;
	readonly blobs: BlobStore;
	readonly engines: readonly OfflineEngine[];
	readonly join: FeatureJoin;
	readonly spool: LabelSpool;
	readonly incoming: IncomingFiles;
	readonly frames: FrameFiles;
	readonly labelFiles: LabelFiles;
	readonly profiler: FrameProfiler;
	readonly parts: FrameParts;
	/** A folder of this process alone for files that are not whole yet. */
	readonly scratchFolder: string;
}

export interface HouseParts {
	readonly logger: Logger;
	readonly clock: Clock;
	readonly closers: Closers;
	/** What the process shows of itself; by default nothing is counted. */
	readonly metrics?: Metrics;
}

/** Opens everything, or throws and leaves what was opened to `closers`. */
export async function openAdapters(
	configuration: Configuration,
	{ logger, clock, closers, metrics }: HouseParts,
): Promise<Adapters> {
	await mkdir(configuration.home, { recursive: true });
	const url = configuration.databaseUrl ?? (await startEmbedded(configuration, logger, closers));
	const database = openDatabase({ url, maxConnections: configuration.limits.databaseConnections, logger });
	closers.add("database", () => database.close());
	await migrateDatabase(database);

	const bus = await openBus(configuration, logger);
	closers.add("bus", () => bus.close());
	const queue = await openPgBossQueue({ url, logger, concurrency: jobsAtOnce });
	closers.add("queue", () => queue.close(queueGraceMs));
	const blobs = await openLocalBlobs(join(configuration.home, "files"));
	return {
		...(await openOnline(configuration, { clock, logger, closers, metrics: metrics ?? null })),
		database,
		bus,
		queue,
		blobs,
		incoming: incomingFiles(join(configuration.home, "files", ".uploads")),
		log: createPostgresLog(database, clock),
		...(await openOffline(configuration, database, logger, closers)),
	};
}

/** Running jobs may end by themselves for so long; what is left comes again at the next start. */
const queueGraceMs = 2000;

/** Of one process, by kind: what reads much data does not crowd out the rest. */
const jobsAtOnce = { materialize: 2, backfill: 1, "training-set": 2 } as const;

async function startEmbedded({ home }: Configuration, logger: Logger, closers: Closers): Promise<string> {
	const postgres = await startEmbeddedPostgres({ dataDir: join(home, "postgres"), logger });
	closers.add("embedded PostgreSQL", () => postgres.stop());
	return postgres.url;
}

async function openOffline(
	{ scratch: scratchFolder, limits, connections, fileRoots, offlineEngine }: Configuration,
	database: Database,
	logger: Logger,
	closers: Closers,
): Promise<
	Pick<Adapters, "engines" | "join" | "spool" | "frames" | "labelFiles" | "profiler" | "parts" | "scratchFolder">
> {
	// Label rows and features pass through it: they are for the user of this process alone.
	await mkdir(scratchFolder, { recursive: true, mode: 0o700 });
	await removeStaleScratch(scratchFolder);
	const drafts = scratchPath(scratchFolder);
	await mkdir(drafts, { mode: 0o700 });
	closers.add("drafts", () => rm(drafts, { recursive: true, force: true }));
	const settings: DuckdbSettings = {
		tempDirectory: scratchFolder,
		memoryLimit: `${limits.offlineMemoryBytes}B`,
		maxTempDirectorySize: `${limits.offlineDiskBytes}B`,
		threads: availableParallelism(),
		statementTimeoutMs: limits.statementSeconds * 1000,
		fileRoots,
	};
	const postgresLimits = { statementTimeoutMs: limits.statementSeconds * 1000 };
	const logs = postgresLogReader(database.pool, postgresLimits);
	const pools = new Map(
		Object.entries(connections).map(([name, url]) => [
			name,
			openSourcePool({ name, url, maxConnections: limits.databaseConnections, logger }),
		]),
	);
	closers.add("source databases", async () => {
		await Promise.all([...pools.values()].map((pool) => pool.end()));
	});
	const postgres = postgresAccess({ pool: database.pool, connections: pools, logs, limits: postgresLimits });
	const spool = labelSpool(settings, postgres);
	return {
		engines: [duckdbEngine({ settings, logs }), postgresEngine(postgres)],
		join: featureJoin({ settings, spool, logs, postgres, engine: offlineEngine }),
		spool,
		frames: duckdbFrameFiles(settings),
		labelFiles: duckdbLabelFiles(settings),
		profiler: duckdbFrameProfiler(settings),
		parts: duckdbFrameParts(settings),
		scratchFolder: drafts,
	};
}
