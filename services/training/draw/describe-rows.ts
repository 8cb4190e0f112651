/**
 * What is told of a training set's rows once they are written: how they were drawn, what their columns hold, and which
 * features go together with a label column better than anything known in time is likely to. The set is whole without it.
 */
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../../core/errors/nearest.ts";
import type { FeatureJoin, ScanPlan } from "../../../core/ports/feature-join.ts";
import type { FrameProfile, FrameProfiler } from "../../../core/ports/frame-profiler.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { LeakageFinding } from "../../../core/ports/training-store.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import type { Association, Measure } from "../../../core/training/association.ts";
import type { LabelField } from "../../../core/training/label-layout.ts";
import type { TrainingRequest } from "../training-request.ts";
import { type DrawRequest, joinReads } from "./draw.ts";
import { columnsOf } from "./write-training-set.ts";

interface DescribeDeps {
	readonly join: Pick<FeatureJoin, "explain">;
	readonly profiler: FrameProfiler;
	readonly logger: Logger;
}

export interface RowsDescription {
	/** Empty where it could not be told. */
	readonly scans: readonly ScanPlan[];
	readonly profile: FrameProfile | null;
	readonly correlated: readonly LeakageFinding[];
}

/** From here on two columns go together too well. */
const tellingCorrelation = 0.9;

const measures: Readonly<Record<Measure, string>> = {
	PEARSON: "Pearson's correlation",
	CORRELATION_RATIO: "correlation ratio",
	CRAMERS_V: "Cramér's V",
};

/** The label columns that a model is to predict. LABELS_INVALID where one that the request names is none. */
export function targetColumns(
	layout: readonly LabelField[],
	{ targets, timestampColumn }: Pick<TrainingRequest, "targets" | "timestampColumn">,
): readonly string[] {
	const labels = layout.filter(({ role, name }) => role === "LABEL" && name !== timestampColumn);
	const names = labels.map(({ name }) => name);
	const unknown = targets?.find((target) => !names.includes(target));
	if (unknown === undefined) return targets ?? names;
	throw new FeaturegraphError("LABELS_INVALID", `There is no label column "${unknown}" to be a target.`, {
		path: ["targets"],
		name: unknown,
		nearest: nearestNames(unknown, names),
		hint: "Targets are columns of the label rows beside keys, request data and the timestamp.",
	});
}

/** `paths`: Parquet files of the rows. */
export async function describeRows(
	{ join, profiler, logger }: DescribeDeps,
	request: DrawRequest,
	paths: readonly string[],
	targets: readonly string[],
	runId: string,
): Promise<RowsDescription> {
	const { selection, labels, known, positions, signal } = request;
	const told = async <T>(work: Promise<T>): Promise<T | null> => {
		try {
			return await work;
		} catch (error) {
			signal.throwIfAborted();
			logger.warn({ err: error, runId }, "Of a training set not all could be told");
			return null;
		}
	};
	const { timestampColumn, rowCount, timeRange } = labels;
	const plan = { reads: joinReads(selection), known, positions, signal };
	const scans = await told(join.explain({ timestampColumn, rowCount, timeRange }, plan));
	const rows = await told(
		profiler.profile(paths, {
			columns: columnsOf(request),
			rowCount: BigInt(rowCount),
			features: selection.features.map(({ name }) => name),
			labels: targets,
			signal,
		}),
	);
	return {
		scans: scans ?? [],
		profile: rows?.profile ?? null,
		correlated: (rows?.associations ?? []).flatMap((found) => finding(found, selection, rows?.profile ?? null)),
	};
}

function finding(
	{ feature: column, label, measure, ofPresence, strength, rowCount }: Association,
	{ features }: ResolvedSelection,
	profile: FrameProfile | null,
): LeakageFinding[] {
	const feature = features.find(({ name }) => name === column);
	if (feature === undefined || strength < tellingCorrelation) return [];
	const what = ofPresence ? "Whether there is a value" : "The value";
	return [
		{
			viewVersionId: feature.viewVersion.id,
			feature: feature.feature,
			column,
			share: rowCount / Math.max(1, profile?.sampledRows ?? rowCount),
			reason: `${what} goes together with the label column "${label}": ${measures[measure]} is ${strength.toFixed(3)}.`,
			labelColumn: label,
			correlation: strength,
		},
	];
}
