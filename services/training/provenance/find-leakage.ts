/**
 * Features whose values look like knowledge from the future. Two signs, both told with their share of the rows: the row that
 * was read has the very instant of the label, counted while the rows are joined; the value is another one when only rows
 * count that had been taken in by the label's time. The latter can only be where the row that was read came later than the
 * label: where those are few there is nothing to look at, otherwise a sample of the labels is read again.
 */
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { FeatureJoin, ReadFacts } from "../../../core/ports/feature-join.ts";
import type { Known, LabelSpool } from "../../../core/ports/offline-engine.ts";
import type { LeakageFinding } from "../../../core/ports/training-store.ts";
import type { ResolvedSelection, SelectedFeature } from "../../../core/reads/model.ts";
import { sameValue } from "../../../core/values/same-value.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";
import { type DrawRequest, draw } from "../draw/draw.ts";

/** A share from which on a sign is told. */
const tellingShares = { changed: 0.01, sameInstant: 0.5 } as const;
const mostSampledRows = 10_000;
const mostSampledValues = 1_000_000;

const reasons = {
	changed: "The value is another one when only rows count that had been taken in by the label's time.",
	sameInstant: "The row that was read has the very instant of the label: what the label tells may have made it.",
} as const;

interface LeakageDeps {
	readonly join: FeatureJoin;
	readonly spool: LabelSpool;
}

/** `facts`: by read of the selection, of all label rows. */
export async function findLeakage(
	deps: LeakageDeps,
	request: DrawRequest,
	facts: readonly ReadFacts[],
): Promise<LeakageFinding[]> {
	const { selection, labels, known } = request;
	if (labels.rowCount === 0) return [];
	const shareOf = (count: bigint): number => Number(count) / labels.rowCount;
	const mayChange = selection.features.filter(({ read }) => {
		const later = read.kind === "batch" ? (facts[read.index]?.takenInLater ?? null) : null;
		// The draw itself may have counted only what was known.
		return known.kind === "event" && later !== null && shareOf(later) >= tellingShares.changed;
	});
	const changed = mayChange.length === 0 ? new Map<string, number>() : await changes(deps, request, mayChange);
	return selection.features.flatMap((feature) => {
		const sameInstant = feature.read.kind === "batch" ? (facts[feature.read.index]?.sameInstant ?? 0n) : 0n;
		return [
			...finding(feature, changed.get(feature.name) ?? 0, "changed"),
			...finding(feature, shareOf(sameInstant), "sameInstant"),
		];
	});
}

function finding(
	{ name: column, viewVersion, feature }: SelectedFeature,
	share: number,
	sign: keyof typeof reasons,
): LeakageFinding[] {
	if (share < tellingShares[sign]) return [];
	return [{ viewVersionId: viewVersion.id, feature, column, share, reason: reasons[sign] }];
}

/** By column, the share of sampled rows whose value changes. */
async function changes(
	{ join, spool }: LeakageDeps,
	request: DrawRequest,
	features: readonly SelectedFeature[],
): Promise<ReadonlyMap<string, number>> {
	const { labels } = request;
	const most = Math.min(mostSampledRows, Math.floor(mostSampledValues / features.length));
	const step = Math.max(1, Math.ceil(labels.rowCount / most));
	const columns = labels.columns.map(({ name }) => name);
	const sampled = await spool.write(labels.columns, labels.timestampColumn, everyNth(labels.read(columns), step));
	try {
		const counts = new Map<string, number>();
		for (const index of new Set(features.map(({ read }) => read.index))) {
			const own = features.filter(({ read }) => read.index === index);
			const selection = alone(request.selection, own);
			const valuesAs = (known: Known): Promise<Value[][]> =>
				valuesOf(draw(join, { ...request, selection, labels: sampled, known, isBad: null }), own.length);
			const then = await knowable(valuesAs({ kind: "atLabelTime" }));
			if (then === null) continue;
			const now = await valuesAs({ kind: "event" });
			for (const [at, { name }] of own.entries()) {
				const differing = (now[at] ?? []).filter((value, row) => !sameValue(value, then[at]?.[row] ?? null));
				counts.set(name, differing.length / Math.max(1, sampled.rowCount));
			}
		}
		return counts;
	} finally {
		await sampled.close();
	}
}

/** The selection of these features of one read alone. */
function alone(selection: ResolvedSelection, features: readonly SelectedFeature[]): ResolvedSelection {
	return {
		...selection,
		batch: selection.batch.filter((_, index) => index === features[0]?.read.index),
		onDemand: [],
		features: features.map((feature) => ({ ...feature, read: { kind: "batch", index: 0 } })),
	};
}

async function valuesOf(drawn: ReturnType<typeof draw>, count: number): Promise<Value[][]> {
	const columns = Array.from({ length: count }, (): Value[] => []);
	for await (const { features } of drawn) {
		for (const [index, { values }] of features.entries()) columns[index]?.push(...values);
	}
	return columns;
}

/** Null where the rows turn out not to say when they were taken in: SQL over them may have dropped it. */
async function knowable<T>(reading: Promise<T>): Promise<T | null> {
	try {
		return await reading;
	} catch (error) {
		if (error instanceof FeaturegraphError && error.code === "BAD_USER_INPUT") return null;
		throw error;
	}
}

async function* everyNth(batches: AsyncIterable<ColumnBatch>, step: number): AsyncGenerator<ColumnBatch> {
	let first = 0;
	for await (const { rowCount, columns } of batches) {
		const rows: number[] = [];
		for (let row = (step - (first % step)) % step; row < rowCount; row += step) rows.push(row);
		first += rowCount;
		if (rows.length === 0) continue;
		yield { rowCount: rows.length, columns: columns.map((column) => rows.map((row) => column[row] ?? null)) };
	}
}
