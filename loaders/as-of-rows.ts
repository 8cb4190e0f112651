import DataLoader from "dataloader";
import type { OperationContext } from "../core/ports/subgraph.ts";
import type { FeatureStatus } from "../core/reads/frame.ts";
import type { ViewVersion } from "../core/registry/snapshot.ts";
import { formatTimestamp } from "../core/time/timestamp.ts";
import type { Micros } from "../core/values/value.ts";
import { type HistoricalDeps, historicalFeatures } from "../services/training/historical-features.ts";

/** One entity's row of one view as it was at an instant. */
export interface AsOfRequest {
	readonly project: string;
	readonly view: ViewVersion;
	/** Join keys and request data by column, as FeatureValue JSON. */
	readonly row: Readonly<Record<string, unknown>>;
	readonly asOf: Micros;
	readonly features: readonly string[];
}

export interface AsOfRow {
	readonly status: FeatureStatus;
	readonly eventTime: Micros | null;
	/** FeatureValue JSON, in the order of the request. */
	readonly values: readonly unknown[];
}

const timestampColumn = "as_of_";

/** Gathers what one operation asks of the past: all rows of the same features of one view are one point-in-time read. */
export function asOfRowsLoader(
	deps: HistoricalDeps,
	context: OperationContext,
): { load(request: AsOfRequest): Promise<AsOfRow> } {
	return new DataLoader<AsOfRequest, AsOfRow>((requests) => loadAll(deps, context, requests), { cache: false });
}

async function loadAll(
	deps: HistoricalDeps,
	context: OperationContext,
	requests: readonly AsOfRequest[],
): Promise<AsOfRow[]> {
	const groups = new Map<string, number[]>();
	for (const [index, { project, view, features }] of requests.entries()) {
		const group = JSON.stringify([project, view.id, features]);
		groups.set(group, [...(groups.get(group) ?? []), index]);
	}
	const rows = new Array<AsOfRow>(requests.length);
	await Promise.all(
		[...groups.values()].map(async (indexes) => {
			const group = indexes.map((index) => requests[index] as AsOfRequest);
			const answers = await loadGroup(deps, context, group);
			for (const [position, index] of indexes.entries()) rows[index] = answers[position] as AsOfRow;
		}),
	);
	return rows;
}

async function loadGroup(
	deps: HistoricalDeps,
	{ principal, signal }: OperationContext,
	group: readonly AsOfRequest[],
): Promise<AsOfRow[]> {
	const [{ project, view, features }] = group as [AsOfRequest];
	const name = `${view.definition.name}@${view.version}`;
	const frame = await historicalFeatures(deps, principal, {
		project,
		select: { features: features.map((feature) => `${name}:${feature}`) },
		bindings: [],
		labels: group.map(({ row, asOf }) => ({ ...row, [timestampColumn]: formatTimestamp(asOf) })),
		timestampColumn,
		known: { kind: "event" },
		fullFeatureNames: false,
		signal,
	});
	const columns = frame.columns.filter(({ role }) => role === "FEATURE");
	return group.map((_, row) => ({
		status: rowStatus(columns.map(({ statuses }) => statuses?.[row] ?? "ERROR")),
		eventTime: columns[0]?.eventTimes?.[row] ?? null,
		values: columns.map(({ values }) => values[row] ?? null),
	}));
}

/** Of the row: PRESENT although a feature of it is null. */
function rowStatus(statuses: readonly FeatureStatus[]): FeatureStatus {
	const worst = statuses.find((status) => status !== "PRESENT" && status !== "NULL_VALUE");
	return worst ?? "PRESENT";
}
