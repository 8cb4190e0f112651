import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import type { ServedTime } from "../../core/freshness/freshness.ts";
import { mapAhead } from "../../core/iterators/map-ahead.ts";
import { offlineViewOf } from "../../core/offline/offline-view.ts";
import type { FreshnessStore } from "../../core/ports/freshness-store.ts";
import type { LatestRequest, OfflineEngine, OfflineView } from "../../core/ports/offline-engine.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Json, Run } from "../../core/ports/run-store.ts";
import type { WatermarkStore } from "../../core/ports/watermark-store.ts";
import type { BatchViewVersion, RegistrySnapshot } from "../../core/registry/snapshot.ts";
import { decodeFeatureValue } from "../../core/values/feature-value-in.ts";
import { encodeFeatureValue } from "../../core/values/feature-value-out.ts";
import type { Column } from "../../core/values/type.ts";
import type { Micros } from "../../core/values/value.ts";
import { type VectorBatch, valueAt } from "../../core/values/vector.ts";
import { type ExecuteDeps, executeRun, failureOf } from "../runs/execute-run.ts";
import { checkpointOf, type MaterializationRequest, requestOf, type ViewCheckpoint } from "./request.ts";
import { RunCheckpoints } from "./run-checkpoints.ts";
import { type OnlineWait, whenOnline } from "./when-online.ts";

/** Writes rows as `OfflineEngine.latest` yields them into the online store, newer wins; how many were newer. `readAt`: see `readAtOf`. */
export type WriteOnline = (
	projectId: number,
	view: BatchViewVersion,
	columns: readonly Column[],
	batch: VectorBatch,
	readAt: Micros | null,
) => Promise<number>;

export interface MaterializeRunDeps extends ExecuteDeps, OnlineWait {
	readonly registry: RegistryReader;
	readonly engines: readonly OfflineEngine[];
	readonly watermarks: WatermarkStore;
	readonly freshness: FreshnessStore;
	readonly writeOnline: WriteOnline;
	/** Looks at the freshness of a project's views, after new values are online. */
	readonly checkFreshness: (project: string) => Promise<unknown>;
}

/** One is written while the next is read and packed. */
const batchesUnderWay = 2;

/** 0001-01-01 and 9999-12-31, where a range has one end alone. */
const beginning: Micros = -62_135_596_800_000_000n;
const endOfTime: Micros = 253_402_300_799_999_999n;

/**
 * Brings the views of a run online, one after the other. A checkpoint follows every batch that is online, so a run
 * whose worker died goes on behind the last key; repeating a batch does no harm, since the newer row wins. An online
 * store that does not answer is waited for. One view
 * that fails does not keep the others from it: the run then ends FAILED and names it, and what succeeded stays.
 */
export function materializeRun(deps: MaterializeRunDeps, runId: string, stopping: AbortSignal): Promise<void> {
	return executeRun(deps, runId, stopping, async (run, controls) => {
		const request = requestOf(run.request);
		const state = new RunCheckpoints(request, checkpointOf(run.checkpoint), controls);
		const snapshot = await deps.registry.snapshot(run.project);
		const failures: { readonly view: string; readonly failure: UserError }[] = [];
		for (const id of request.viewVersionIds) {
			const version = versionOf(snapshot, id);
			const done = state.of(id);
			if (done?.failure != null) failures.push({ view: nameOf(version, id), failure: done.failure });
			if (done?.done === true) continue;
			try {
				if (version === null) throw gone(id);
				await materializeView(deps, run, request, version, state, controls.signal).finally(() => state.stored());
			} catch (error) {
				controls.signal.throwIfAborted();
				if (!(error instanceof FeaturegraphError)) {
					deps.logger.error({ err: error, runId, view: nameOf(version, id) }, "A view could not be materialized");
				}
				const failure = failureOf(error);
				failures.push({ view: nameOf(version, id), failure });
				await state.fail(id, failure, deps.clock.now());
			}
		}
		await deps.checkFreshness(run.project).catch((error: unknown) => {
			deps.logger.error({ err: error, project: run.project }, "Freshness could not be checked after a materialization");
		});
		if (failures.length > 0) throw combined(failures, request.viewVersionIds.length);
	});
}

async function materializeView(
	deps: MaterializeRunDeps,
	run: Run,
	request: MaterializationRequest,
	version: BatchViewVersion,
	state: RunCheckpoints,
	signal: AbortSignal,
): Promise<void> {
	const view = offlineViewOf(version);
	const engine = deps.engines.find((candidate) => candidate.reads(view.relation));
	if (engine === undefined) throw noEngine(view.name);
	let checkpoint = state.of(version.id) ?? (await firstCheckpoint(deps, run, request, version.id, view));
	await state.set(version.id, checkpoint);
	for (;;) {
		checkpoint = await writeWindow(deps, run, request, { version, view, engine }, checkpoint, state, signal);
		const { until, ...done } = checkpoint;
		if (until === undefined) break;
		checkpoint = { ...done, from: String(BigInt(done.to) - overlapMicros), to: until, afterKey: null };
		await state.set(version.id, checkpoint);
	}
	await finishView(deps, run.project, version, checkpoint, {
		to: BigInt(checkpoint.to),
		eventRange: eventRangeOf(request),
	});
	await state.set(version.id, { ...checkpoint, done: true });
}

interface MaterializedView {
	readonly version: BatchViewVersion;
	readonly view: OfflineView;
	readonly engine: OfflineEngine;
}

/** Writes the rows that became known in the window of a checkpoint, behind its last key; the checkpoint of its end. */
async function writeWindow(
	deps: MaterializeRunDeps,
	run: Run,
	request: MaterializationRequest,
	{ version, view, engine }: MaterializedView,
	before: ViewCheckpoint,
	state: RunCheckpoints,
	signal: AbortSignal,
): Promise<ViewCheckpoint> {
	const window = {
		from: before.from === null ? null : BigInt(before.from),
		to: BigInt(before.to),
		eventRange: eventRangeOf(request),
	};
	const latest: LatestRequest = {
		view,
		...window,
		afterKey:
			before.afterKey?.map((key, index) => decodeFeatureValue(key, (version.joinKeys[index] as Column).type)) ?? null,
		signal,
	};
	const columns = await engine.latestColumns(view);
	const eventTimeAt = columns.findIndex(({ name }) => name === "__event_time");
	const readAt = readAtOf(view, window.to);
	let checkpoint = before;
	const write = async (batch: VectorBatch): Promise<{ readonly batch: VectorBatch; readonly written: number }> => {
		signal.throwIfAborted();
		const written = await whenOnline(deps, view.name, signal, () =>
			deps.writeOnline(run.projectId, version, columns, batch, readAt),
		);
		return { batch, written };
	};
	for await (const { batch, written } of mapAhead(engine.latest(latest), batchesUnderWay, write)) {
		if (batch.rowCount === 0) continue;
		checkpoint = {
			...checkpoint,
			afterKey: lastKeyOf(version, batch),
			rowsRead: String(BigInt(checkpoint.rowsRead) + BigInt(batch.rowCount)),
			rowsWritten: String(BigInt(checkpoint.rowsWritten) + BigInt(written)),
			newest: newestOf(checkpoint.newest, batch, eventTimeAt),
		};
		state.passed(version.id, checkpoint);
	}
	// An engine that was interrupted may end as if there were no more rows.
	signal.throwIfAborted();
	return checkpoint;
}

/**
 * All rows of the window are online: only now the watermark moves, and the version answers. A range leaves rows out that
 * an incremental run must still find, and that an older version may still show: it answers then if none does.
 */
async function finishView(
	deps: MaterializeRunDeps,
	project: string,
	version: BatchViewVersion,
	checkpoint: ViewCheckpoint,
	window: Pick<LatestRequest, "eventRange" | "to">,
): Promise<void> {
	if (checkpoint.newest !== null) {
		const served: ServedTime = { eventTime: BigInt(checkpoint.newest), servedAt: deps.clock.now() };
		await deps.freshness.recordServed(new Map([[version.id, served]]));
	}
	const isWhole = window.eventRange === null;
	if (isWhole) await deps.watermarks.advance(version.id, window.to);
	if (version.onlineSince !== null) return;
	const { views } = await deps.registry.snapshot(project);
	if (isWhole || views.get(version.definition.name)?.online == null) await deps.registry.markOnline(version.id);
}

/**
 * How far an incremental run looks back behind the last one. A row may say that it was taken in before that run looked
 * and be committed after it: in the same instant, by a transaction under way, by the clock of another machine. Reading
 * a row twice does no harm, since the newer wins.
 */
const overlapMicros: Micros = 300_000_000n;

/** SQL over pushed rows: any row may change by one that came late, and none says when it was taken in. */
const isComputed = ({ relation }: OfflineView): boolean => relation.log !== null && relation.steps.length > 0;

/**
 * What orders rows that nothing but their values tells apart: the later look at them, so that a value that was computed
 * anew or corrected in its file replaces the one online. Null where created times order them; and where a look need not
 * see all rows of an event time, since they become available one by one.
 */
function readAtOf(view: OfflineView, to: Micros): Micros | null {
	if (isComputed(view)) return to;
	const isOrdered = view.createdTime !== null && view.relation.steps.length === 0;
	return isOrdered || view.availableTime?.kind === "column" ? null : to;
}

/**
 * An incremental run begins a little before the end of the last whole one, or where one gave up that began there; any
 * other run reads all that is known by now.
 */
async function firstCheckpoint(
	deps: MaterializeRunDeps,
	run: Run,
	{ incremental, end }: MaterializationRequest,
	viewVersionId: number,
	view: OfflineView,
): Promise<ViewCheckpoint> {
	const { watermarks, clock } = deps;
	const now = clock.now();
	const watermark = incremental && !isComputed(view) ? await watermarks.get(viewVersionId) : null;
	const from = watermark === null ? null : watermark - overlapMicros;
	const to = incremental && end !== null && BigInt(end) < now ? BigInt(end) : now;
	const first: ViewCheckpoint = {
		from: from?.toString() ?? null,
		to: to.toString(),
		afterKey: null,
		rowsRead: "0",
		rowsWritten: "0",
		newest: null,
		done: false,
		failure: null,
	};
	const left = incremental && !isComputed(view) ? await givenUp(deps, run, viewVersionId) : null;
	if (left === null || left.from !== first.from || BigInt(left.to) > to) return first;
	return { ...first, to: left.to, until: first.to, afterKey: left.afterKey, newest: left.newest };
}

/** Of the runs before this one that are looked at. */
const mostRunsBefore = 50;

/** Where the last run of a view stopped, if it did so since the online store was away for too long. */
async function givenUp({ runs }: MaterializeRunDeps, run: Run, viewVersionId: number): Promise<ViewCheckpoint | null> {
	for (const { id, request, checkpoint } of await runs.newest(run.projectId, run.kind, mostRunsBefore)) {
		const found = id === run.id ? undefined : checkpointOf(checkpoint)[viewVersionId];
		// A run over a range says nothing of what is known.
		if (found === undefined || eventRangeOf(requestOf(request)) !== null) continue;
		const isLeft = requestOf(request).incremental && found.failure?.code === "STORE_UNAVAILABLE";
		// A window that was taken over already is gone on with.
		return isLeft && found.afterKey !== null ? found : null;
	}
	return null;
}

function eventRangeOf({ start, end, incremental }: MaterializationRequest): LatestRequest["eventRange"] {
	if (incremental || (start === null && end === null)) return null;
	return { start: start === null ? beginning : BigInt(start), end: end === null ? endOfTime : BigInt(end) };
}

const lastKeyOf = (version: BatchViewVersion, batch: VectorBatch): Json[] =>
	version.joinKeys.map(
		({ type }, index) => encodeFeatureValue(valueAt(batch.columns[index], batch.rowCount - 1), type) as Json,
	);

function newestOf(before: string | null, { rowCount, columns }: VectorBatch, eventTimeAt: number): string | null {
	let newest = before === null ? null : BigInt(before);
	for (let row = 0; row < rowCount; row++) {
		const time = valueAt(columns[eventTimeAt], row);
		if (typeof time === "bigint" && (newest === null || time > newest)) newest = time;
	}
	return newest?.toString() ?? null;
}

function versionOf(snapshot: RegistrySnapshot, id: number): BatchViewVersion | null {
	for (const { all } of snapshot.views.values()) {
		const found = all.find((version) => version.id === id);
		if (found?.kind === "BATCH") return found;
	}
	return null;
}

const nameOf = (version: BatchViewVersion | null, id: number): string => version?.definition.name ?? `#${id}`;

const gone = (id: number): FeaturegraphError =>
	new FeaturegraphError("UNKNOWN_VIEW", "The view was deleted before it was materialized.", { name: `#${id}` });

const noEngine = (name: string): FeaturegraphError =>
	new FeaturegraphError("SOURCE_FAILED", `No engine of this installation reads the source of the view "${name}".`, {
		name,
		hint: "`featuregraph doctor` says which connections there are.",
	});

/** One failure for the run: the first, with the names of all views that failed. */
function combined(
	failures: readonly { readonly view: string; readonly failure: UserError }[],
	total: number,
): FeaturegraphError {
	const [first] = failures as readonly [(typeof failures)[number]];
	const { code, message, ...details } = first.failure;
	const others = failures.slice(1).map(({ view }) => `"${view}"`);
	const also = others.length === 0 ? "" : ` Also failed: ${others.join(", ")}.`;
	return new FeaturegraphError(
		code,
		`${failures.length} of ${total} views failed. "${first.view}": ${message}${also}`,
		{
			...details,
			name: first.view,
		},
	);
}
