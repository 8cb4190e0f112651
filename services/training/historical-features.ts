import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import type { Known, LabelSpool, OfflineEngine } from "../../core/ports/offline-engine.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { FeatureStatus, FeatureValues } from "../../core/reads/evaluate-selection.ts";
import type { RequestBinding, SelectedFeature, Selection } from "../../core/reads/model.ts";
import { resolveSelection } from "../../core/reads/resolve-selection.ts";
import { decodeInlineLabels } from "../../core/training/inline-labels.ts";
import { arrangeLabels, type LabelRole, labelLayout } from "../../core/training/label-layout.ts";
import type { ValueType } from "../../core/values/type.ts";
import type { Value } from "../../core/values/value.ts";
import { refuseOnlineOnly } from "./create-training-set.ts";
import { draw } from "./draw.ts";
import { requiredColumns } from "./resolve-labels.ts";

export interface HistoricalDeps {
	readonly registry: RegistryReader;
	readonly engines: readonly OfflineEngine[];
	readonly spool: LabelSpool;
	readonly mostInlineRows: number;
}

export interface HistoricalInput {
	readonly project: string;
	readonly select: Selection;
	readonly bindings: readonly RequestBinding[];
	/** EntityRow objects: join keys, request data, the timestamp, and any label columns. */
	readonly labels: readonly unknown[];
	readonly timestampColumn: string;
	readonly known: Known;
	readonly fullFeatureNames: boolean;
	readonly signal: AbortSignal;
}

export interface HistoricalColumn {
	readonly name: string;
	readonly role: LabelRole | "FEATURE";
	readonly type: ValueType;
	readonly values: readonly Value[];
	/** Of features alone. */
	readonly statuses: readonly FeatureStatus[] | null;
	readonly eventTimes: readonly Value[] | null;
	readonly selected: SelectedFeature | null;
}

/** Column-major, rows in the order of the request. */
export interface HistoricalFrame {
	readonly rowCount: number;
	readonly columns: readonly HistoricalColumn[];
	/** Malformed rows, by index: they keep their place, with status ERROR. */
	readonly rowErrors: readonly UserError[];
	readonly registryVersion: number;
}

/** Point-in-time values for a bounded number of label rows. */
export async function historicalFeatures(
	deps: HistoricalDeps,
	principal: Principal,
	input: HistoricalInput,
): Promise<HistoricalFrame> {
	requirePermission(principal, "READ_VALUES", input.project);
	if (input.labels.length > deps.mostInlineRows) {
		throw new FeaturegraphError(
			"LIMIT_EXCEEDED",
			`${input.labels.length} label rows; historicalFeatures takes ${deps.mostInlineRows} at most.`,
			{ path: ["labels"], hint: "Use createTrainingSet: it takes any number, and streams them to a file." },
		);
	}
	const snapshot = await deps.registry.snapshot(input.project);
	const selection = resolveSelection(snapshot, input.select, input.bindings, {
		fullFeatureNames: input.fullFeatureNames,
		versions: "current",
	});
	refuseOnlineOnly(selection);
	const rows = decodeInlineLabels(input.labels, requiredColumns(selection, input.timestampColumn));
	const layout = labelLayout(selection, input.timestampColumn, rows.columns);
	const batch = arrangeLabels(layout, rows.batch, 0);
	const labels = await deps.spool.write(
		layout.map(({ name, type }) => ({ name, type })),
		input.timestampColumn,
		[batch],
	);
	try {
		const malformed = new Set(rows.rowErrors.map(({ index }) => index));
		const features = selection.features.map((): Gathered => ({ values: [], statuses: [], eventTimes: [] }));
		const { known, signal } = input;
		for await (const drawn of draw(deps.engines, { selection, labels, known, positions: null, signal })) {
			drawn.features.forEach((column, index) => {
				gather(features[index] as Gathered, column, drawn.labels.rowCount, malformed);
			});
		}
		return {
			rowCount: batch.rowCount,
			columns: [
				...layout.map(({ name, role, type }, index) => ({
					name,
					role,
					type,
					values: batch.columns[index] ?? [],
					statuses: null,
					eventTimes: null,
					selected: null,
				})),
				...selection.features.map((selected, index) => ({
					name: selected.name,
					role: "FEATURE" as const,
					type: selected.type,
					...(features[index] as Gathered),
					eventTimes: selected.read.kind === "batch" ? (features[index] as Gathered).eventTimes : null,
					selected,
				})),
			],
			rowErrors: rows.rowErrors,
			registryVersion: snapshot.registryVersion,
		};
	} finally {
		await labels.close();
	}
}

interface Gathered {
	readonly values: Value[];
	readonly statuses: FeatureStatus[];
	readonly eventTimes: Value[];
}

/** A malformed row was read with null in place of what was wrong: whatever that found is not its answer. */
function gather(
	into: Gathered,
	from: FeatureValues,
	rowCount: number,
	malformed: ReadonlySet<number | undefined>,
): void {
	for (let row = 0; row < rowCount; row++) {
		const bad = malformed.has(into.values.length);
		into.values.push(bad ? null : (from.values[row] ?? null));
		into.statuses.push(bad ? "ERROR" : (from.statuses[row] ?? "NOT_FOUND"));
		into.eventTimes.push(bad ? null : (from.eventTimes?.[row] ?? null));
	}
}
