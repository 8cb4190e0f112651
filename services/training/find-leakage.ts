/**
 * Features whose values look like knowledge from the future. Two signs, both told with their share of the rows: the value
 * is another one when only rows count that had been taken in by the label's time; the row that was read has the very
 * instant of the label. A sample of the labels is looked at, evenly spaced, so that it costs little.
 */
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { offlineViewOf } from "../../core/offline/offline-view.ts";
import type { LabelFrame, LabelSpool, LogPositions, OfflineEngine } from "../../core/ports/offline-engine.ts";
import type { LeakageFinding } from "../../core/ports/training-store.ts";
import type { FeatureValues } from "../../core/reads/evaluate-selection.ts";
import type { ResolvedSelection, SelectedFeature } from "../../core/reads/model.ts";
import { sameValue } from "../../core/values/same-value.ts";
import type { ColumnBatch, Value } from "../../core/values/value.ts";
import { type DrawnBatch, draw } from "./draw.ts";

/** A share from which on a sign is told. */
const tellingShares = { changed: 0.01, sameInstant: 0.5 } as const;
const mostSampledRows = 10_000;
const mostSampledValues = 1_000_000;

interface LeakageDeps {
	readonly engines: readonly OfflineEngine[];
	readonly spool: LabelSpool;
}

interface Seen {
	readonly feature: SelectedFeature;
	readonly values: Value[];
	sameInstant: number;
}

/** Sees the rows of a draw as they pass, and says at its end what looks like leakage. */
export class LeakageProbe {
	private readonly selection: ResolvedSelection;
	private readonly labels: LabelFrame;
	private readonly step: number;
	private readonly timestampAt: number;
	private readonly seen: readonly Seen[];
	private row = 0;

	constructor(selection: ResolvedSelection, labels: LabelFrame) {
		this.selection = selection;
		this.labels = labels;
		const most = Math.min(mostSampledRows, Math.floor(mostSampledValues / Math.max(1, selection.features.length)));
		this.step = Math.max(1, Math.ceil(labels.rowCount / most));
		this.timestampAt = labels.columns.findIndex(({ name }) => name === labels.timestampColumn);
		this.seen = selection.features.map((feature) => ({ feature, values: [], sameInstant: 0 }));
	}

	see({ labels, features }: DrawnBatch): void {
		const times = labels.columns[this.timestampAt] ?? [];
		for (const row of sampled(this.row, labels.rowCount, this.step)) {
			for (const [index, { values, eventTimes }] of features.entries()) {
				const seen = this.seen[index] as Seen;
				seen.values.push(values[row] ?? null);
				if (eventTimes !== null && times[row] !== null && eventTimes[row] === times[row]) seen.sameInstant++;
			}
		}
		this.row += labels.rowCount;
	}

	/** `isKnownGiven`: the draw itself counted only what was known. */
	async findings(
		deps: LeakageDeps,
		isKnownGiven: boolean,
		positions: LogPositions,
		signal: AbortSignal,
	): Promise<LeakageFinding[]> {
		const found: LeakageFinding[] = [];
		const rows = this.seen[0]?.values.length ?? 0;
		if (rows === 0) return found;
		const changed = isKnownGiven ? new Map<string, number>() : await this.changes(deps, positions, signal);
		for (const { feature, sameInstant } of this.seen) {
			const tell = (count: number, least: number, reason: string): void => {
				const share = count / rows;
				const { name: column, viewVersion, feature: name } = feature;
				if (share >= least) found.push({ viewVersionId: viewVersion.id, feature: name, column, share, reason });
			};
			const late = "The value is another one when only rows count that had been taken in by the label's time.";
			tell(changed.get(feature.name) ?? 0, tellingShares.changed, late);
			const same = "The row that was read has the very instant of the label: what the label tells may have made it.";
			tell(sameInstant, tellingShares.sameInstant, same);
		}
		return found;
	}

	/** By column, the sampled rows whose value changes. Views that cannot say what was known are left out. */
	private async changes(
		deps: LeakageDeps,
		positions: LogPositions,
		signal: AbortSignal,
	): Promise<ReadonlyMap<string, number>> {
		const counts = new Map<string, number>();
		const reads = this.selection.batch.flatMap((read, index) => {
			const { relation, createdTime } = offlineViewOf(read.view);
			const knows = createdTime !== null || (relation.log !== null && relation.steps.length === 0);
			return knows ? [{ read, index }] : [];
		});
		if (reads.length === 0) return counts;
		const columns = this.labels.columns.map(({ name }) => name);
		const labels = await deps.spool.write(
			this.labels.columns,
			this.labels.timestampColumn,
			sample(this.labels.read(columns), this.step),
		);
		try {
			for (const { read, index } of reads) {
				const seen = this.seen.filter(({ feature: { read: from } }) => from.kind === "batch" && from.index === index);
				const selection: ResolvedSelection = {
					...this.selection,
					batch: [read],
					onDemand: [],
					features: seen.map(({ feature }) => ({ ...feature, read: { kind: "batch", index: 0 } })),
				};
				const request = { selection, labels, known: { kind: "atLabelTime" }, positions, signal, isBad: null } as const;
				let first = 0;
				for await (const { labels: batch, features } of knowable(draw(deps, request))) {
					for (const [at, { feature, values }] of seen.entries()) {
						const count = changedRows(values, first, features[at], batch.rowCount);
						counts.set(feature.name, (counts.get(feature.name) ?? 0) + count);
					}
					first += batch.rowCount;
				}
			}
			return counts;
		} finally {
			await labels.close();
		}
	}
}

function changedRows(
	values: readonly Value[],
	first: number,
	now: FeatureValues | undefined,
	rowCount: number,
): number {
	let count = 0;
	for (let row = 0; row < rowCount; row++) {
		if (!sameValue(values[first + row] ?? null, now?.values[row] ?? null)) count++;
	}
	return count;
}

/** Nothing where the rows turn out not to say when they were taken in: SQL over them may have dropped it. */
async function* knowable(drawn: AsyncIterable<DrawnBatch>): AsyncGenerator<DrawnBatch> {
	try {
		yield* drawn;
	} catch (error) {
		if (!(error instanceof FeaturegraphError && error.code === "BAD_USER_INPUT")) throw error;
	}
}

/** Positions within a batch whose first row is `first`. */
function* sampled(first: number, rowCount: number, step: number): Generator<number> {
	for (let row = (step - (first % step)) % step; row < rowCount; row += step) yield row;
}

async function* sample(batches: AsyncIterable<ColumnBatch>, step: number): AsyncGenerator<ColumnBatch> {
	let first = 0;
	for await (const { rowCount, columns } of batches) {
		const rows = [...sampled(first, rowCount, step)];
		first += rowCount;
		if (rows.length === 0) continue;
		yield { rowCount: rows.length, columns: columns.map((column) => rows.map((row) => column[row] ?? null)) };
	}
}
