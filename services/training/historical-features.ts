import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import type { FeatureJoin } from "../../core/ports/feature-join.ts";
import type { Known, LabelSpool } from "../../core/ports/offline-engine.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { FeatureValues } from "../../core/reads/evaluate-selection.ts";
import type { FeatureFrame, FeatureStatus, FrameColumn } from "../../core/reads/frame.ts";
import type { RequestBinding, SelectedFeature, Selection } from "../../core/reads/model.ts";
import { resolveSelection } from "../../core/reads/resolve-selection.ts";
import { decodeInlineLabels } from "../../core/training/inline-labels.ts";
import { arrangeLabels, type LabelColumn, labelLayout } from "../../core/training/label-layout.ts";
import { featureValueEncoder } from "../../core/values/feature-value-out.ts";
import type { Micros, Value } from "../../core/values/value.ts";
import { draw } from "./draw/draw.ts";
import { requiredColumns } from "./labels/resolve-labels.ts";
import { refuseOnlineOnly } from "./resolve-request.ts";

export interface HistoricalDeps {
	readonly registry: RegistryReader;
	readonly join: FeatureJoin;
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

/** Point-in-time values for a bounded number of label rows. */
export async function historicalFeatures(
	deps: HistoricalDeps,
	principal: Principal,
	input: HistoricalInput,
): Promise<FeatureFrame> {
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
		const isBad = new Uint8Array(batch.rowCount);
		for (const { index } of rows.rowErrors) if (index !== undefined) isBad[index] = 1;
		const gathered = selection.features.map(
			(): Gathered => ({ values: [], statuses: [], eventTimes: [], failures: [] }),
		);
		const { known, signal } = input;
		for await (const drawn of draw(deps.join, { selection, labels, known, positions: null, signal, isBad })) {
			drawn.features.forEach((column, index) => {
				gather(gathered[index] as Gathered, column);
			});
		}
		return {
			rowCount: batch.rowCount,
			columns: [
				...layout.map((column, index) => labelColumn(column, batch.columns[index] ?? [])),
				...selection.features.map((selected, index) => featureColumn(selected, gathered[index] as Gathered)),
			],
			rowErrors: [
				...rows.rowErrors,
				...selection.features.flatMap(({ name }, index) => failuresOf(name, gathered[index] as Gathered)),
			],
			registryVersion: snapshot.registryVersion,
		};
	} finally {
		await labels.close();
	}
}

interface Gathered {
	readonly values: Value[];
	readonly statuses: FeatureStatus[];
	readonly eventTimes: (Micros | null)[];
	readonly failures: { readonly row: number; readonly message: string }[];
}

function gather(into: Gathered, from: FeatureValues): void {
	const firstRow = into.values.length;
	for (const { row, message } of from.failures) into.failures.push({ row: firstRow + row, message });
	for (const value of from.values) into.values.push(value);
	for (const status of from.statuses) into.statuses.push(status);
	for (const time of from.eventTimes ?? []) into.eventTimes.push(time);
}

function labelColumn({ name, role, type }: LabelColumn, values: readonly Value[]): FrameColumn {
	const encode = featureValueEncoder(type);
	return { name, role, type, values: values.map(encode), statuses: null, eventTimes: null, feature: null };
}

function featureColumn({ name, type, viewVersion, feature, read }: SelectedFeature, gathered: Gathered): FrameColumn {
	const encode = featureValueEncoder(type);
	return {
		name,
		role: "FEATURE",
		type,
		values: gathered.values.map(encode),
		statuses: gathered.statuses,
		eventTimes: read.kind === "batch" ? gathered.eventTimes : null,
		feature: { viewVersion, name: feature },
	};
}

/** Expressions that fail alike on every row are told by the first of them. */
const mostFailuresTold = 10;

const failuresOf = (name: string, { failures }: Gathered): UserError[] =>
	failures.slice(0, mostFailuresTold).map(({ row, message }) => ({
		code: "EXPRESSION_FAILED",
		message: `Row ${row}, "${name}": ${message}`,
		index: row,
		name,
		nearest: [],
	}));
