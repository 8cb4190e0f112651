/** Serving on a real database and a real online store: a push source, its views, and a clock that tests turn. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { defaultLimits } from "../../../core/limits.ts";
import type { BusEvent } from "../../../core/ports/bus.ts";
import type { OnlineStore } from "../../../core/ports/online-store.ts";
import { type Principal, permissions } from "../../../core/ports/principal.ts";
import type { ReadFeatures } from "../../../core/ports/read-features.ts";
import type { FeatureFrame } from "../../../core/reads/frame.ts";
import type { RegistrySnapshot } from "../../../core/registry/snapshot.ts";
import { formatTimestamp } from "../../../core/time/timestamp.ts";
import { featureValuesLoader } from "../../../loaders/feature-values.ts";
import { featuresService } from "../../../services/serving/features/features-service.ts";
import { type PushInput, type PushPayload, pushService } from "../../../services/serving/push/push.ts";
import { featureRowsService, type LoadFeatureRows } from "../../../services/serving/read/feature-rows.ts";
import {
	type OnlineFeatures,
	type OnlineFeaturesInput,
	onlineFeaturesService,
} from "../../../services/serving/read/online-features.ts";
import { onlineReadService, type ReadLatest } from "../../../services/serving/read/read-latest.ts";
import {
	type OnlineWriter,
	type OnlineWriterDeps,
	onlineWriter,
} from "../../../services/serving/write/online-writer.ts";
import { createPostgresLog } from "../../../stores/log/postgres-log.ts";
import { arrowStreams } from "../../../stores/offline/arrow/arrow-streams.ts";
import { openLmdbOnlineStore } from "../../../stores/online/lmdb/lmdb-online-store.ts";
import { postgresFreshnessStore } from "../../../stores/postgres/alerts/freshness-store.ts";
import type { Database } from "../../../stores/postgres/database.ts";
import { postgresIdempotencyStore } from "../../../stores/postgres/idempotency/idempotency-store.ts";
import { testDatabase } from "../../support/database.ts";
import { registryOf } from "../../support/registry-snapshot.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { storeViews } from "../../support/stored-view.ts";

export const everything: Principal = { id: "test", permissions: new Set(permissions), projects: null };
export const second = 1_000_000n;
export const retentionMicros = BigInt(defaultLimits.onlineRetentionSeconds) * second;
/** 2024-01-01T00:00:00Z: the clock when a test begins. */
export const start = 1_704_067_200n * second;
/** A time so many seconds from `start`, as JSON. */
export const at = (seconds: number): string => formatTimestamp(start + BigInt(seconds) * second);

export interface Serving {
	readonly database: Database;
	readonly store: OnlineStore;
	readonly clock: { now(): bigint; set(secondsFromStart: number): void };
	readonly events: BusEvent[];
	readonly marked: number[];
	/** Version ids that foreign keys accept. */
	readonly ids: readonly number[];
	use(snapshot: RegistrySnapshot): void;
	/** What a new process would have. */
	newWriter(instead?: Partial<OnlineWriterDeps>): OnlineWriter;
	push(
		input: Partial<PushInput> & Pick<PushInput, "into">,
		options?: { readonly dies?: boolean; readonly principal?: Principal },
	): Promise<PushPayload>;
	read(input: Partial<OnlineFeaturesInput>): Promise<FeatureFrame>;
	onlineFeatures: OnlineFeatures;
	/** What `/features` asks. */
	readFeatures: ReadFeatures;
	featureRows: LoadFeatureRows;
}

/** `openStore` is called per test, on an empty store; without it the embedded one is used. */
export function servingFixture(openStore?: () => Promise<OnlineStore>): Serving {
	const test = testDatabase();
	let folder = "";
	let store: OnlineStore | null = null;
	let ids: readonly number[] = [];
	let now = start;
	let snapshot: RegistrySnapshot | null = null;
	let count = 0;
	const events: BusEvent[] = [];
	const marked: number[] = [];
	const clock = {
		now: () => now,
		set(seconds: number) {
			now = start + BigInt(seconds) * second;
		},
	};
	const current = (): RegistrySnapshot => {
		if (snapshot === null) throw new Error("No registry is in use.");
		return snapshot;
	};
	const online = (): OnlineStore => {
		if (store === null) throw new Error("The store is open once beforeEach has run.");
		return store;
	};
	const deps = () => ({
		online: online(),
		registry: registryOf(current, marked),
		freshness: postgresFreshnessStore(test.database),
		bus: {
			publish(event: BusEvent) {
				events.push(event);
				return Promise.resolve();
			},
		},
		clock,
		logger: silentLogger,
		retentionMicros,
		log: createPostgresLog(test.database, clock),
		pollMs: 20,
	});

	beforeEach(async () => {
		folder = await mkdtemp(join(tmpdir(), "featuregraph-serving-"));
		store = openStore === undefined ? openLmdbOnlineStore({ path: folder, clock }) : await openStore();
		const names = Array.from({ length: 8 }, (_, i) => `version_${count}_${i}`);
		({ versionIds: ids } = await storeViews(test.database, `project_${count++}`, names));
		now = start;
		events.length = 0;
		marked.length = 0;
	});
	afterEach(async () => {
		await test.database.pool.query("TRUNCATE featuregraph.handovers");
		await store?.close();
		await rm(folder, { recursive: true, force: true });
	});

	const limits = { rows: 100, features: 50, values: 1000, plans: 10 };
	const readLatest: ReadLatest = (...args) =>
		onlineReadService({ registry: registryOf(current), clock, logger: silentLogger, limits })(...args);
	const onlineFeatures = onlineFeaturesService(readLatest);
	const readFeatures = featuresService({
		readLatest,
		arrow: arrowStreams,
		reads: { read: (keys) => online().read(keys) },
		limits,
	});

	return {
		get database() {
			return test.database;
		},
		get store() {
			return online();
		},
		get ids() {
			return ids;
		},
		clock,
		events,
		marked,
		use(next) {
			snapshot = next;
		},
		newWriter: (instead) => onlineWriter({ ...deps(), ...instead }),
		async push(input, options) {
			const parts = deps();
			const ends = () => Promise.reject(new Error("The process ends here."));
			const writer = onlineWriter(parts);
			const push = pushService({
				...parts,
				writer: options?.dies === true ? { apply: ends, write: ends } : writer,
				idempotency: postgresIdempotencyStore(test.database, clock),
				skewMicros: 300n * second,
				limits: {
					rows: defaultLimits.pushRows,
					inFlight: { rows: defaultLimits.pushRowsInFlight, bytes: defaultLimits.pushBytesInFlight },
				},
			});
			const payload = await push(options?.principal ?? everything, {
				project: "default",
				rows: [],
				deletes: [],
				to: "BOTH",
				idempotencyKey: null,
				...input,
			});
			await writer.settled();
			return payload;
		},
		read: (input) =>
			onlineFeatures(
				everything,
				{ project: "default", select: { features: [] }, bindings: [], entities: [], fullFeatureNames: false, ...input },
				featureValuesLoader(online()),
			),
		onlineFeatures,
		readFeatures,
		featureRows: (...args) => featureRowsService({ clock, plans: 10 })(...args),
	};
}

/** Feature columns as `name: [values, statuses]`. */
export const featuresIn = ({ columns }: FeatureFrame): Record<string, unknown> =>
	Object.fromEntries(
		columns.filter(({ role }) => role === "FEATURE").map(({ name, values, statuses }) => [name, [values, statuses]]),
	);
