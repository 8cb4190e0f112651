import type { Limits } from "../core/limits.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { ReadFeatures } from "../core/ports/read-features.ts";
import type { OperationContext } from "../core/ports/subgraph.ts";
import type { TakePush } from "../core/ports/take-push.ts";
import type { JobsDeps } from "../jobs/start-jobs.ts";
import { asOfRowsLoader } from "../loaders/as-of-rows.ts";
import { featureRowsLoader } from "../loaders/feature-rows.ts";
import { featureValuesLoader } from "../loaders/feature-values.ts";
import { operationReaders } from "../loaders/operation-readers.ts";
import { perScope } from "../loaders/per-scope.ts";
import { checkFreshness, type FreshnessDeps } from "../services/monitoring/freshness.ts";
import type { Registry } from "../services/registry/registry.ts";
import { featureUpdatesService } from "../services/serving/feature-updates.ts";
import { featuresService } from "../services/serving/features/features-service.ts";
import { pushService } from "../services/serving/push/push.ts";
import { takePushService } from "../services/serving/push/take-push.ts";
import { featureRowsService } from "../services/serving/read/feature-rows.ts";
import { onlineFeaturesService } from "../services/serving/read/online-features.ts";
import { onlineReadService } from "../services/serving/read/read-latest.ts";
import { batchWriter } from "../services/serving/write/batch-writer.ts";
import { onlineWriter } from "../services/serving/write/online-writer.ts";
import type { DrawLimits } from "../services/training/draw/draw-limits.ts";
import { uploadTurns } from "../services/training/uploads/upload-turns.ts";
import type { UploadDeps } from "../services/training/uploads/uploads.ts";
import { arrowStreams } from "../stores/offline/arrow/arrow-streams.ts";
import { postgresAlertStore } from "../stores/postgres/alerts/alert-store.ts";
import { postgresFreshnessStore } from "../stores/postgres/alerts/freshness-store.ts";
import { postgresAuditLog } from "../stores/postgres/audit/audit-log.ts";
import { postgresIdempotencyStore } from "../stores/postgres/idempotency/idempotency-store.ts";
import { postgresModelStore } from "../stores/postgres/models/model-store.ts";
import { postgresRegistryStore } from "../stores/postgres/registry/registry-store.ts";
import { postgresRunStore } from "../stores/postgres/runs/run-store.ts";
import { postgresWatermarkStore } from "../stores/postgres/runs/watermark-store.ts";
import { postgresTrainingStore } from "../stores/postgres/training/training-store.ts";
import { postgresUploadStore } from "../stores/postgres/training/upload-store.ts";
import type { ModelsSubgraphDeps } from "../subgraphs/models/resolvers.ts";
import type { MonitoringSubgraphDeps } from "../subgraphs/monitoring/resolvers.ts";
import type { ServingSubgraphDeps } from "../subgraphs/serving/deps.ts";
import type { Adapters } from "./adapters.ts";
import { cachedOnline } from "./cached-online.ts";
import type { Configuration } from "./configuration/configuration.ts";

/** What each face is handed. */
export interface UseCases {
	readonly models: ModelsSubgraphDeps;
	readonly monitoring: MonitoringSubgraphDeps;
	readonly serving: ServingSubgraphDeps;
	readonly uploads: UploadDeps;
	/** Online features besides GraphQL. */
	readonly readFeatures: ReadFeatures;
	/** Pushes besides GraphQL. */
	readonly takePush: TakePush;
	readonly jobs: JobsDeps;
}

const microsPerSecond = 1_000_000n;

export function wireUseCases(
	{ limits, ...configuration }: Configuration,
	adapters: Adapters,
	registry: Registry,
	{ clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): UseCases {
	const {
		database,
		bus,
		queue,
		log,
		blobs,
		incoming,
		engines,
		join,
		spool,
		frames,
		labelFiles,
		profiler,
		parts,
		scratchFolder,
	} = adapters;
	const { online, reads } = cachedOnline(configuration.onlineCache, adapters, { bus, registry, logger });
	const runs = postgresRunStore(database);
	const training = postgresTrainingStore(database);
	const uploads = postgresUploadStore(database);
	const alerts = postgresAlertStore(database);
	const freshness = postgresFreshnessStore(database);
	const watermarks = postgresWatermarkStore(database);
	const models = postgresModelStore(database);
	const idempotency = postgresIdempotencyStore(database, clock);
	const audit = postgresAuditLog(database);
	const retentionMicros = BigInt(limits.onlineRetentionSeconds) * microsPerSecond;
	const shared = { registry, runs, bus, clock, logger, queue, idempotency, blobs, engines, join, spool };

	const uploadDeps: UploadDeps = {
		...shared,
		uploads,
		incoming,
		frames,
		labelFiles,
		limitBytes: limits.uploadBytes,
		mostOpenUploads: limits.openUploads,
		turns: uploadTurns({ checks: limits.uploadChecks, waiting: limits.waitingUploadChecks }),
	};
	const freshnessDeps: FreshnessDeps = {
		...shared,
		freshness,
		alerts,
		graceSeconds: configuration.freshnessGraceSeconds,
	};
	const logRows = { online, registry, freshness, bus, clock, logger, retentionMicros };
	const writer = onlineWriter({ ...logRows, log, pollMs: handoverPollMs });
	const readLatest = onlineReadService({
		observer: adapters.onlineObserver,
		registry,
		clock,
		logger,
		limits: {
			rows: limits.onlineRows,
			features: limits.onlineFeatures,
			values: limits.onlineValues,
			plans: limits.cachedPlans,
		},
	});
	const onlineFeatures = onlineFeaturesService(readLatest);
	const readerOf = operationReaders(reads, registry);
	const featureRows = featureRowsService({ clock, plans: limits.cachedPlans, observer: adapters.onlineObserver });
	const historical = { registry, join, spool, mostInlineRows: limits.inlineLabelRows };
	const push = pushService({
		...logRows,
		log,
		writer,
		idempotency,
		skewMicros: BigInt(limits.clockSkewSeconds) * microsPerSecond,
		limits: {
			rows: limits.pushRows,
			inFlight: { rows: limits.pushRowsInFlight, bytes: limits.pushBytesInFlight },
		},
	});

	return {
		models: { ...shared, models, training },
		monitoring: { ...freshnessDeps, registry },
		serving: {
			...shared,
			...uploadDeps,
			registry,
			training,
			log,
			onlineValues: { registry, online, watermarks, audit, bus, clock },
			mostInlineRows: limits.inlineLabelRows,
			reproduceWaitMs,
			onlineFeatures,
			featureUpdates: featureUpdatesService({
				...shared,
				onlineFeatures,
				newReader: () => featureValuesLoader(online),
				mostEntities: limits.watchedEntities,
				pollMs: watchPollMs,
			}),
			push,
			readerOf,
			featureRowsOf: perScope((context: OperationContext) =>
				featureRowsLoader(featureRows, context.principal, readerOf(context)),
			),
			asOfRowsOf: perScope((context) => asOfRowsLoader(historical, context)),
		},
		uploads: uploadDeps,
		readFeatures: featuresService({
			readLatest,
			arrow: arrowStreams,
			reads,
			limits: { rows: limits.onlineRows, plans: limits.cachedPlans },
		}),
		takePush: takePushService({ push, arrow: arrowStreams, mostRows: limits.pushRows }),
		jobs: {
			materialize: shared,
			materializeRun: {
				...shared,
				watermarks,
				freshness,
				onlineWaitMicros: BigInt(limits.onlineWaitSeconds) * microsPerSecond,
				writeOnline: batchWriter({ online, bus, retentionMicros }),
				checkFreshness: (project) => checkFreshness(freshnessDeps, project),
			},
			backfillRun: { ...shared, log, writer },
			draw: { ...shared, training, frames, profiler, parts, scratchFolder, drawLimits: drawLimitsOf(limits) },
			freshness: freshnessDeps,
			onlineWriter: writer,
			retention: { alerts, idempotency, uploads, blobs, incoming, online, clock },
			unpinned: {
				...{ registry, noted: postgresRegistryStore(database), online, watermarks },
				...{ audit, bus, clock, retentionMicros },
			},
			freshnessIntervalSeconds: configuration.freshnessIntervalSeconds,
		},
	};
}

const drawLimitsOf = (limits: Limits): DrawLimits => ({
	rows: limits.trainingSetRows,
	bytes: limits.trainingSetBytes,
	seconds: limits.trainingSetSeconds,
	shardRows: limits.trainingSetShardRows,
	fileBytes: limits.trainingSetFileBytes,
});

/** Within it a small training set is drawn again. */
const reproduceWaitMs = 5_000;

/** Events of new values may be lost: those who watch them look for themselves so often. */
const watchPollMs = 10_000;

/** A pushed row whose available time has come waits for two looks at most: less than a second. */
const handoverPollMs = 400;
