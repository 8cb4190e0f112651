/** One scan of rows that lie in PostgreSQL: the labels are looked up there, or the rows are copied out. The smaller side moves. */
import type { SQL } from "drizzle-orm";
import { keyNames } from "../../../core/offline/duckdb/rows.ts";
import { type EngineChoice, placeScan } from "../../../core/offline/place-scan.ts";
import { askedKeys } from "../../../core/offline/postgres/point-in-time.ts";
import type { ScanGroup } from "../../../core/offline/scan-groups.ts";
import type { JoinRequest } from "../../../core/ports/feature-join.ts";
import type { LabelFrame } from "../../../core/ports/offline-engine.ts";
import type { Value } from "../../../core/values/value.ts";
import type { DuckdbSession, DuckdbSettings } from "../duckdb/session.ts";
import type { PostgresAccess } from "../postgres/access.ts";
import type { PostgresSession } from "../postgres/session.ts";
import { arrayText } from "../postgres/text-values.ts";
import { isIndexed } from "../postgres/view.ts";
import type { Answered } from "./answer.ts";
import { lookUpInPostgres } from "./index-lookup.ts";
import { keptRowsOf, wholeOf } from "./kept-rows.ts";
import { moveRows, rowsToMove } from "./moved-rows.ts";
import type { OpenedRows } from "./opened-rows.ts";
import type { JoinProgress } from "./progress.ts";
import { canTellTakenIn, type ScanHead } from "./scan.ts";

interface PostgresDeps {
	readonly settings: DuckdbSettings;
	readonly postgres: PostgresAccess;
	readonly engine?: EngineChoice;
}

interface PostgresScan {
	readonly session: DuckdbSession;
	readonly scan: ScanHead;
	readonly group: ScanGroup;
	readonly frame: LabelFrame;
	readonly request: JoinRequest;
	readonly needsOlder: boolean;
	readonly progress: JoinProgress;
}

/** So few keys are worth naming to the database when rows are copied out of it. */
const mostKeys = 20_000;

/** The asks of the scan are in the session already. What labels chose, or rows that are still to be joined with them. */
export function scanPostgres(deps: PostgresDeps, asked: PostgresScan): Promise<Answered | OpenedRows> {
	const { postgres, settings, engine = "auto" } = deps;
	const { session, scan, group, request, progress } = asked;
	const { merged } = group;
	const { known, positions, signal } = request;
	const kept = keptRowsOf(request);
	const whole = wholeOf(asked.frame, request);
	const upTo = whole.timeRange?.max ?? 0n;
	return postgres.once(
		merged.relation,
		`the view "${merged.name}"`,
		signal,
		async (database): Promise<Answered | OpenedRows> => {
			const opened = await postgres.openRows(database, merged, { known, positions });
			const indexed = await isIndexed(database, opened);
			const keys = kept === null && engine !== "postgres" ? await fewKeys(asked) : null;
			const from = asked.needsOlder || group.ttlMicros === null ? null : (whole.timeRange?.min ?? 0n) - group.ttlMicros;
			const rows = rowsToMove(opened, { from, to: upTo, known }, keys);
			const asks = whole.rowCount * group.lookups.length;
			const estimated = await estimatedRows(
				database,
				rows.map((source) => source.sql),
			);
			if (placeScan({ asks, rows: estimated, isIndexed: indexed }, engine).engine === "duckdb") {
				const move = (): Promise<OpenedRows> => moveRows(settings, database, opened, rows, signal);
				return kept === null ? move() : kept.once(scan.name, move);
			}
			const target = indexed ? opened : await postgres.storeIndexed(database, opened, upTo);
			const tellsTakenIn = known.kind === "event" && canTellTakenIn(opened);
			const place = { database, target, isStored: !indexed };
			let answered = 0;
			const onRows = (count: number): void => {
				answered += count;
				progress.within(answered / Math.max(1, asked.frame.rowCount * group.lookups.length));
			};
			return lookUpInPostgres(session, postgres, place, scan.name, group, {
				known,
				signal,
				tellsTakenIn,
				onRows,
			});
		},
		postgres.prepareLog(merged, upTo, signal),
	);
}

/** What the planner of the database expects. */
export async function estimatedRows(database: PostgresSession, rows: readonly SQL[]): Promise<number> {
	let total = 0;
	for (const query of rows) total += await database.estimateRows(query);
	return total;
}

/** The keys of the labels as SQL, where they are few. */
async function fewKeys({ session, scan, group: { merged } }: PostgresScan): Promise<SQL | null> {
	const names = keyNames(merged.joinKeys).join(", ");
	const [about] = await session.rows(`SELECT approx_count_distinct((${names})) FROM ${scan.name}_asks`);
	if (Number(about?.[0] ?? 0) > mostKeys) return null;
	const types = merged.joinKeys.map(({ type }) => type);
	const keys = types.map((): Value[] => []);
	for await (const { columns } of session.stream(`SELECT DISTINCT ${names} FROM ${scan.name}_asks`, types)) {
		for (const [k, values] of columns.entries()) for (const value of values) keys[k]?.push(value);
	}
	return askedKeys(
		merged.joinKeys,
		types.map((type, k) => arrayText(keys[k] ?? [], type)),
	);
}
