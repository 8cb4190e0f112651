/** The plan of a join, without its rows. */
import { basename } from "node:path";
import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { asksSql, type ChoosePlan, choosePlan, olderPlan } from "../../../core/offline/duckdb/point-in-time.ts";
import {
	areRowsPruned,
	computedRows,
	type DuckdbView,
	duckdbView,
	storedRows,
	viewRows,
} from "../../../core/offline/duckdb/rows.ts";
import { text } from "../../../core/offline/duckdb/sql-text.ts";
import { type EngineChoice, placeScan } from "../../../core/offline/place-scan.ts";
import { askedLabels, pointInTimeSql } from "../../../core/offline/postgres/point-in-time.ts";
import type { PostgresView } from "../../../core/offline/postgres/rows.ts";
import { groupReads, type ScanGroup } from "../../../core/offline/scan-groups.ts";
import { requireTakenIn } from "../../../core/offline/view-columns.ts";
import type { JoinRequest, PlannedLabels, ScanPlan } from "../../../core/ports/feature-join.ts";
import type { Known } from "../../../core/ports/offline-engine.ts";
import { readableFilesOf, withRelation } from "../duckdb/relation.ts";
import type { DuckdbSettings } from "../duckdb/session.ts";
import type { LogReader } from "../log-reader.ts";
import type { PostgresAccess } from "../postgres/access.ts";
import { isIndexed } from "../postgres/view.ts";
import { movedTarget, rowsToMove } from "./moved-rows.ts";
import { storedFiles } from "./opened-rows.ts";
import { estimatedRows } from "./postgres-scan.ts";
import { type ScanHead, scanOf, withoutEmptyLogs } from "./scan.ts";

interface ExplainDeps {
	readonly settings: DuckdbSettings;
	readonly logs: LogReader;
	readonly postgres: PostgresAccess;
	readonly engine?: EngineChoice;
}

type Asked = Omit<JoinRequest, "outputs">;

export async function explainJoin(
	deps: ExplainDeps,
	labels: PlannedLabels,
	request: Asked,
): Promise<readonly ScanPlan[]> {
	const groups = groupReads(await withoutEmptyLogs(request.reads, deps.logs, null, request));
	const plans: ScanPlan[] = [];
	for (const [index, group] of groups.entries()) {
		const head = { name: `g${index}`, lookups: group.lookups, timestampColumn: labels.timestampColumn };
		const { kind } = group.merged.relation.origin;
		const explain = kind === "postgres" || kind === "push" ? explainTable : explainFile;
		plans.push(await explain(deps, head, group, labels, request));
	}
	return plans;
}

function explainFile(
	{ settings }: ExplainDeps,
	head: ScanHead,
	group: ScanGroup,
	labels: PlannedLabels,
	{ known }: Asked,
): Promise<ScanPlan> {
	const { merged } = group;
	return withRelation(merged.relation, settings, `the view "${merged.name}"`, async (session, relation, types) => {
		const log: DuckdbView["log"] = merged.log === null ? null : { table: `${head.name}_log`, definition: merged.log };
		const target = duckdbView(merged, relation, types, log);
		requireTakenIn(merged, target.columns, known);
		const isPlain = areRowsPruned(target);
		const computed = isPlain ? [] : [computedRows(target, { from: null, to: null, known })];
		const rows = isPlain
			? (bounds: Parameters<typeof viewRows>[1]) => viewRows(target, bounds)
			: () => storedRows(target, `${head.name}_rows`);
		const scan = scanOf(head, group, { target, rows }, known);
		const older = group.ttlMicros === null ? [] : olderSql(olderPlan(scan, 0n));
		const count = merged.relation.origin.kind === "parquet" ? await parquetRows() : null;
		return {
			...common(group),
			engine: "duckdb",
			strategy: "AS_OF_JOIN",
			reason: isPlain
				? "A Parquet file: one pass over its keys and times, and one over the columns that are wanted."
				: "The rows are computed once, since SQL or CSV lies between, and then read in one pass.",
			estimatedRows: count,
			estimatedCost: count === null || labels.rowCount === null ? null : count + labels.rowCount,
			sql: [...computed, asksSql(scan), ...chooseSql(choosePlan(scan, null, null)), ...older].map(withoutFolders),
		};

		// Where a file lies on this machine is nobody's business who may read values.
		function withoutFolders(sql: string): string {
			return readableFilesOf(merged.relation, settings).reduce(
				(shown, path) => shown.replaceAll(text(path), text(basename(path))),
				sql,
			);
		}

		async function parquetRows(): Promise<number | null> {
			const files = readableFilesOf(merged.relation, settings).map(text).join(", ");
			const [row] = await session.rows(`SELECT CAST(sum(num_rows) AS DOUBLE) FROM parquet_file_metadata([${files}])`);
			return (row?.[0] ?? null) as number | null;
		}
	});
}

const chooseSql = ({ choose, countTies, breakTies }: ChoosePlan): string[] => [...choose, countTies, ...breakTies];

const olderSql = ({ findMisses, ...plan }: ReturnType<typeof olderPlan>): string[] => [findMisses, ...chooseSql(plan)];

const dialect = new PgDialect();

function explainTable(
	{ postgres, engine = "auto" }: ExplainDeps,
	head: ScanHead,
	group: ScanGroup,
	labels: PlannedLabels,
	{ known, positions, signal }: Asked,
): Promise<ScanPlan> {
	const { merged, lookups } = group;
	return postgres.once(merged.relation, `the view "${merged.name}"`, signal, async (database) => {
		const opened = await postgres.openRows(database, merged, { known, positions });
		const indexed = await isIndexed(database, opened);
		const { timeRange = null } = labels;
		const from = timeRange === null || group.ttlMicros === null ? null : timeRange.min - group.ttlMicros;
		const rows = rowsToMove(opened, { from, to: timeRange?.max ?? null, known }, null).map((source) => source.sql);
		const estimated = await estimatedRows(database, rows);
		const asks = labels.rowCount === null ? null : labels.rowCount * lookups.length;
		const placed = placeScan({ asks, rows: estimated, isIndexed: indexed }, engine);
		const scan = scanOf(head, group, storedFiles(movedTarget(opened), ["…"]), known);
		const sql =
			placed.engine === "duckdb"
				? [...rows.map(sqlText), asksSql(scan), ...chooseSql(choosePlan(scan, null, null))]
				: [true, false].map((ties) => sqlText(lookupSql(opened, group, known, ties)));
		return { ...common(group), ...placed, estimatedRows: estimated, sql };
	});
}

const sqlText = (query: SQL): string => dialect.sqlToQuery(query).sql;

function lookupSql(target: PostgresView, { merged, wanted }: ScanGroup, known: Known, ties: boolean): SQL {
	const keys = merged.joinKeys.map(() => "{…}");
	const asked = askedLabels(merged.joinKeys, { ids: "{…}", lookups: "{…}", times: "{…}", keys });
	const features = [...new Set(wanted.flat())].sort((a, b) => a - b);
	return pointInTimeSql(target, { features, takenIn: false, ties }, known, asked);
}

const common = ({ views, wanted, merged }: ScanGroup): Pick<ScanPlan, "views" | "features"> => ({
	views: views.map(({ name }) => name),
	features: [...new Set(wanted.flat())].sort((a, b) => a - b).map((f) => merged.features[f]?.name ?? ""),
});
