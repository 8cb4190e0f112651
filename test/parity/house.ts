/** The real use cases over real stores, with a clock that tests turn: pushes, handovers, materialization, both reads. */
import type { OnlineStore } from "../../core/ports/online-store.ts";
import type { FeatureFrame } from "../../core/reads/frame.ts";
import type { RequestBinding } from "../../core/reads/model.ts";
import { formatTimestamp } from "../../core/time/timestamp.ts";
import { featureValuesLoader } from "../../loaders/feature-values.ts";
import { materialize } from "../../services/materialization/materialize.ts";
import { materializeRun } from "../../services/materialization/materialize-run.ts";
import type { Registry } from "../../services/registry/registry.ts";
import { type PushInput, type PushPayload, pushService } from "../../services/serving/push/push.ts";
import { onlineFeaturesService } from "../../services/serving/read/online-features.ts";
import { onlineReadService } from "../../services/serving/read/read-latest.ts";
import { batchWriter } from "../../services/serving/write/batch-writer.ts";
import { onlineWriter } from "../../services/serving/write/online-writer.ts";
import { historicalFeatures } from "../../services/training/historical-features.ts";
import type { Database } from "../../stores/postgres/database.ts";
import { testRegistry } from "../support/registry.ts";
import { anyone, type RunHouse, runHouse } from "../support/run-house.ts";

export const second = 1_000_000n;
export const skewMicros = 300n * second;
/** Nothing is forgotten while a test runs: past its retention a value is NOT_FOUND online, and that is declared. */
const retentionMicros = 20n * 365n * 86_400n * second;
const never = new AbortController().signal;

export interface ParityRead {
	readonly project: string;
	readonly features: readonly string[];
	readonly bindings: readonly RequestBinding[];
	readonly entities: readonly Readonly<Record<string, unknown>>[];
}

export interface ParityHouse extends Pick<RunHouse, "folder" | "frames" | "time"> {
	readonly registry: Registry;
	push(
		input: Pick<PushInput, "project" | "into" | "to"> & Record<"rows" | "deletes", readonly unknown[]>,
	): Promise<PushPayload>;
	/** What a timer does now and then. */
	drain(): Promise<void>;
	/** A run of all views, from its request to its end; throws what it failed with. */
	materialize(
		project: string,
		how: { readonly incremental: boolean; readonly start?: bigint | null; readonly end?: bigint | null },
	): Promise<void>;
	online(read: ParityRead): Promise<FeatureFrame>;
	/** With the label time now. */
	historical(read: ParityRead): Promise<FeatureFrame>;
	close(): Promise<void>;
}

/** `openStore`: null for the embedded store. */
export async function parityHouse(
	database: Database,
	start: bigint,
	openStore: (() => OnlineStore) | null,
): Promise<ParityHouse> {
	const house = await runHouse(database, start);
	const online = openStore?.() ?? house.online;
	const { clock, bus, logger, freshness, log, idempotency, engines, spool } = house;
	const registry = await testRegistry(database, { clock, bus, engines });
	const logRows = { online, registry, freshness, bus, clock, logger, retentionMicros };
	const writer = onlineWriter({ ...logRows, log, pollMs: 1000 });
	const push = pushService({
		...logRows,
		log,
		writer,
		idempotency,
		skewMicros,
		limits: { rows: 1000, inFlight: { rows: 10_000, bytes: 1e9 } },
	});
	const runDeps = {
		...house,
		online,
		registry,
		writeOnline: batchWriter({ online, bus, retentionMicros }),
		checkFreshness: async () => {},
	};
	const limits = { rows: 1000, features: 200, values: 100_000, plans: 10 };
	const onlineFeatures = onlineFeaturesService(onlineReadService({ registry, clock, logger, limits }));
	return {
		folder: house.folder,
		frames: house.frames,
		time: house.time,
		registry,
		push: (input) => push(anyone, { ...input, idempotencyKey: null }),
		async drain() {
			await writer.drainHandovers();
		},
		async materialize(project, { incremental, start: from = null, end = null }) {
			const input = { project, views: null, start: from, end, incremental, idempotencyKey: null };
			const { id } = await materialize(runDeps, anyone, input);
			await materializeRun(runDeps, id, never);
			const run = await house.runs.get(id);
			if (run?.state !== "SUCCEEDED") throw new Error(`The run ended ${run?.state}: ${run?.failure?.message}`);
		},
		online: ({ project, features, bindings, entities }) =>
			onlineFeatures(
				anyone,
				{ project, select: { features }, bindings, entities, fullFeatureNames: true },
				featureValuesLoader(online),
			),
		historical: ({ project, features, bindings, entities }) =>
			historicalFeatures({ registry, join: house.join, spool, mostInlineRows: 1000 }, anyone, {
				project,
				select: { features },
				bindings,
				labels: entities.map((entity) => ({ ...entity, label_ts: formatTimestamp(house.time.now) })),
				timestampColumn: "label_ts",
				known: { kind: "event" },
				fullFeatureNames: true,
				signal: never,
			}),
		async close() {
			await registry.close();
			if (online !== house.online) await online.close();
			await house.close();
		},
	};
}
