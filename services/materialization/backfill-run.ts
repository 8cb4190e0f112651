import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { offlineViewOf } from "../../core/offline/offline-view.ts";
import type { OfflineEngine } from "../../core/ports/offline-engine.ts";
import type { OfflineLog } from "../../core/ports/offline-log.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Json, Run } from "../../core/ports/run-store.ts";
import type { BatchViewVersion, RegistrySnapshot } from "../../core/registry/snapshot.ts";
import type { Micros } from "../../core/values/value.ts";
import { type ExecuteDeps, executeRun, type RunControls } from "../runs/execute-run.ts";
import { type LogTarget, logTargets } from "../serving/write/log-targets.ts";
import type { OnlineWriter } from "../serving/write/online-writer.ts";
import { backfillRequestOf } from "./backfill.ts";
import { type BackfillRow, backfillRows } from "./backfill-rows.ts";

export interface BackfillRunDeps extends ExecuteDeps {
	readonly registry: RegistryReader;
	readonly engines: readonly OfflineEngine[];
	readonly log: Pick<OfflineLog, "ensure" | "appendOnce">;
	readonly writer: Pick<OnlineWriter, "apply" | "drainHandovers" | "settled">;
}

/** How far it came. */
interface Checkpoint {
	/** Rows of a later event time are left out; fixed when it is begun, so that a resumed run reads the same. */
	readonly end: string;
	/** Batches that are in the log. */
	readonly batches: number;
	readonly rows: string;
}

const rowsPerBatch = 5_000;

/**
 * Appends the rows of a range to the log of their view, and hands them to the online side, where newer ones win. The
 * log itself remembers which batches of a run it has taken, so a run whose worker died appends none of them twice.
 */
export function backfillRun(deps: BackfillRunDeps, runId: string, stopping: AbortSignal): Promise<void> {
	return executeRun(deps, runId, stopping, async (run, controls) => {
		const { viewVersionId } = backfillRequestOf(run.request);
		const snapshot = await deps.registry.snapshot(run.project);
		const version = versionOf(snapshot, viewVersionId);
		const { relation, log, name } = offlineViewOf(version);
		const target = log === null ? undefined : logTargets(snapshot).get(log.id);
		if (target === undefined) throw new Error(`The view "${name}" has no log to backfill.`);
		const engine = deps.engines.find((candidate) => candidate.reads(relation));
		if (engine === undefined) {
			throw new FeaturegraphError("SOURCE_FAILED", `No engine of this installation reads the view "${name}".`, {
				name,
				hint: "`featuregraph doctor` says which connections there are.",
			});
		}
		for (const definition of [target.log, ...target.indexed]) await deps.log.ensure(definition);
		await copyRows(deps, run, controls, engine, version, target);
	});
}

async function copyRows(
	deps: BackfillRunDeps,
	run: Run,
	{ signal, checkpoint }: RunControls,
	engine: OfflineEngine,
	version: BatchViewVersion,
	target: LogTarget,
): Promise<void> {
	const { start, end } = backfillRequestOf(run.request);
	let done = (run.checkpoint as unknown as Checkpoint | null) ?? {
		end: earlier(BigInt(end), deps.clock.now()).toString(),
		batches: 0,
		rows: "0",
	};
	const store = async (next: Checkpoint): Promise<void> => {
		done = next;
		const rows = BigInt(next.rows);
		await checkpoint({ progress: 0, rowsRead: rows, rowsWritten: rows, checkpoint: next as unknown as Json });
	};
	await store(done);
	const range = { start: BigInt(start), end: BigInt(done.end) };
	let number = 0;
	// What a worker that died had appended may not be online.
	let isLeft = run.checkpoint !== null;
	for await (const rows of backfillRows(engine, version, target.log, range, rowsPerBatch, signal)) {
		signal.throwIfAborted();
		if (++number <= done.batches) continue;
		isLeft = !(await append(deps, target, { runId: run.id, number }, rows)) || isLeft;
		await store({ ...done, batches: number, rows: String(BigInt(done.rows) + BigInt(rows.length)) });
	}
	// An engine that was interrupted may end as if there were no more rows.
	signal.throwIfAborted();
	if (isLeft) await deps.writer.drainHandovers();
	// A run has ended when others have been told of its rows.
	await deps.writer.settled();
}

/** Whether the rows that are due are online; the log has them in any case. */
async function append(
	{ log, writer, clock, logger }: BackfillRunDeps,
	target: LogTarget,
	batch: { readonly runId: string; readonly number: number },
	rows: readonly BackfillRow[],
): Promise<boolean> {
	const now = clock.now();
	const dueAt = rows.map(({ availableAt }) => (availableAt !== null && availableAt > now ? availableAt : null));
	const later = new Set(dueAt);
	const appended = await log.appendOnce(batch, target.log, rows, { online: target.online.length > 0, dueAt });
	if (appended === null) return false;
	try {
		await writer.apply(
			target,
			appended.handovers.filter((handover) => !later.has(handover.dueAt)),
		);
		return true;
	} catch (error) {
		logger.warn({ err: error, log: target.log.id }, "Backfilled rows are in the log, and not online yet");
		return false;
	}
}

const earlier = (a: Micros, b: Micros): Micros => (a < b ? a : b);

function versionOf(snapshot: RegistrySnapshot, id: number): BatchViewVersion {
	const all = [...snapshot.views.values()].flatMap((versions) => versions.all);
	const found = all.find((version) => version.id === id);
	if (found?.kind === "BATCH") return found;
	throw new FeaturegraphError("UNKNOWN_VIEW", "The view was deleted before it was backfilled.", { name: `#${id}` });
}
