/** What a group of reads becomes once its rows are open. */
import { rowOrder } from "../../../core/offline/duckdb/order.ts";
import type { Scan } from "../../../core/offline/duckdb/point-in-time.ts";
import { positionOf, type ScanGroup } from "../../../core/offline/scan-groups.ts";
import type { ViewColumns } from "../../../core/offline/view-columns.ts";
import type { JoinRead, JoinRequest } from "../../../core/ports/feature-join.ts";
import type { LabelFrame, LogPositions, OfflineView } from "../../../core/ports/offline-engine.ts";
import type { LogDefinition } from "../../../core/ports/offline-log.ts";
import type { LogBounds, LogReader } from "../log-reader.ts";
import type { OpenedRows } from "./opened-rows.ts";

/** What is known of a scan before its rows are open. */
export type ScanHead = Pick<Scan, "name" | "lookups" | "timestampColumn">;

/** A view's own log mostly has no rows, and then the view shares its scan with others of its source. */
export async function withoutEmptyLogs(
	reads: readonly JoinRead[],
	logs: LogReader,
	range: LabelFrame["timeRange"],
	{ positions, signal }: Pick<JoinRequest, "positions" | "signal">,
): Promise<readonly JoinRead[]> {
	const known = new Map<string, Promise<boolean>>();
	const isEmpty = async (log: LogDefinition): Promise<boolean> => {
		for await (const { rowCount } of logs.read(log, logBounds(log, positions, range?.max ?? null), signal)) {
			if (rowCount > 0) return false;
		}
		return true;
	};
	return Promise.all(
		reads.map(async (read) => {
			const { log } = read.view;
			if (log === null) return read;
			const empty = known.get(log.id) ?? isEmpty(log);
			known.set(log.id, empty);
			return (await empty) ? { ...read, view: { ...read.view, log: null } } : read;
		}),
	);
}

export const logBounds = (log: LogDefinition | null, positions: LogPositions | null, to: bigint | null): LogBounds => ({
	upToSeq: positions === null || log === null ? null : (positions.get(log.id) ?? 0n),
	eventFrom: null,
	eventTo: to,
});

/** Whether every row says when it was taken in; SQL over the rows of a log may have dropped it. */
export const canTellTakenIn = ({
	columns,
	view: { relation },
}: {
	readonly columns: ViewColumns;
	readonly view: OfflineView;
}): boolean => columns.created !== null || (relation.log !== null && relation.steps.length === 0);

export function scanOf(
	scan: ScanHead,
	{ views, wanted, merged }: ScanGroup,
	{ target, rows }: Pick<OpenedRows, "target" | "rows">,
	known: JoinRequest["known"],
): Scan {
	return {
		...scan,
		target,
		known,
		tellsTakenIn: known.kind === "event" && canTellTakenIn(target),
		rows,
		views: views.map((view, index) => {
			const features = view.features.map(({ name, type }) => ({
				name: `f${positionOf(merged.features, view, name)}`,
				type,
			}));
			return { order: rowOrder(target.tieBreakTypes, features, target.has), wanted: wanted[index] ?? [] };
		}),
	};
}
