/** What a training set is asked for, against a snapshot of the registry: refused here is what would fail in the run. */
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Known } from "../../core/ports/offline-engine.ts";
import type { UploadStore } from "../../core/ports/upload-store.ts";
import type { RequestBinding, ResolvedSelection, Selection } from "../../core/reads/model.ts";
import { resolveSelection } from "../../core/reads/resolve-selection.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";
import { formatTimestamp } from "../../core/time/timestamp.ts";
import { labelLayout } from "../../core/training/label-layout.ts";
import {
	requireSplitColumns,
	resolveSplits,
	type SplitDefinition,
	type SplitInput,
} from "../../core/training/splits.ts";
import type { Micros } from "../../core/values/value.ts";
import { targetColumns } from "./draw/describe-rows.ts";
import { type LabelSourceInput, resolveLabels } from "./labels/resolve-labels.ts";
import type { FrozenLabels } from "./training-request.ts";

/** What both drawing a training set and explaining it go by. */
export interface TrainingSetQuestion {
	readonly select: Selection;
	readonly bindings: readonly RequestBinding[];
	readonly labels: LabelSourceInput;
	readonly timestampColumn: string;
	readonly known: Known;
	readonly fullFeatureNames: boolean;
	readonly splits?: SplitInput | null;
	/** Label columns that correlations are looked for with; absent or null: all. */
	readonly targets?: readonly string[] | null;
}

export interface ResolvedRequest {
	readonly selection: ResolvedSelection;
	readonly labels: FrozenLabels;
	readonly splits: SplitDefinition | null;
}

/** What is known of labels only when they are read is left to the draw: columns of sources, queries and files. */
export async function resolveRequest(
	deps: { readonly uploads: UploadStore; readonly mostInlineRows: number },
	snapshot: RegistrySnapshot,
	{ select, bindings, fullFeatureNames, timestampColumn, known, targets = null, ...input }: TrainingSetQuestion,
	now: Micros,
): Promise<ResolvedRequest> {
	requirePast(known, now);
	const selection = resolveSelection(snapshot, select, bindings, { fullFeatureNames, versions: "current" });
	refuseOnlineOnly(selection);
	const splits = input.splits == null ? null : resolveSplits(input.splits, selection.joinKeys);
	const labels = await resolveLabels(deps, selection, timestampColumn, input.labels);
	if (labels.kind === "rows") {
		const layout = labelLayout(selection, timestampColumn, labels.columns);
		if (splits !== null) requireSplitColumns(splits, layout);
		targetColumns(layout, { targets, timestampColumn });
	}
	return { selection, labels, splits };
}

/** Clocks differ a little. */
const mostAheadMicros: Micros = 300_000_000n;

/** Nobody can say yet what will be known then. */
function requirePast(known: Known, now: Micros): void {
	if (known.kind !== "at") return;
	if (known.at <= now + mostAheadMicros) return;
	const at = formatTimestamp(known.at);
	throw new FeaturegraphError("INVALID_TIMESTAMP", `\`known.at\` lies in the future: ${at}.`, {
		path: ["known", "at"],
		name: at,
		hint: "Leave `known` out for all that is known now.",
	});
}

/** Views that keep no history cannot say what was true then. */
export function refuseOnlineOnly({ batch }: ResolvedSelection): void {
	for (const { view } of batch) {
		if (view.definition.offline) continue;
		const { name } = view.definition;
		throw new FeaturegraphError(
			"BAD_USER_INPUT",
			`The view "${name}" says \`offline: false\`: it has no history to read.`,
			{
				name,
				hint: "Leave its features out, or set `offline: true` in its definition and apply that.",
			},
		);
	}
}
