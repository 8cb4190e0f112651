/** Answers one scan inside the session of a join: its rows are asked for all labels, then for what was missed. */
import type { AnsweredRead } from "../../../core/offline/duckdb/join-result.ts";
import {
	type ChoosePlan,
	choosePlan,
	keptTimes,
	olderPlan,
	type Scan,
} from "../../../core/offline/duckdb/point-in-time.ts";
import { positionOf, type ScanGroup } from "../../../core/offline/scan-groups.ts";
import type { ReadFacts } from "../../../core/ports/feature-join.ts";
import type { LabelFrame } from "../../../core/ports/offline-engine.ts";
import type { DuckdbSession } from "../duckdb/session.ts";
import type { JoinProgress } from "./progress.ts";

/** What the scan of a group left in the session. */
export interface Answered {
	readonly table: string;
	readonly hasDeleted: boolean;
	readonly tellsTakenIn: boolean;
	readonly older: string | null;
}

/**
 * Runs the as-of join of one scan, whose asks are in the session already. `needsOlder`: somebody wants statuses. `times`: SELECT
 * of the times that they read where these have been found before.
 */
export async function answerScan(
	session: DuckdbSession,
	scan: Scan,
	group: ScanGroup,
	range: LabelFrame["timeRange"],
	needsOlder: boolean,
	progress: JoinProgress,
	times: string | null,
): Promise<Answered> {
	const { min, max } = range ?? { min: 0n, max: 0n };
	// Constant bounds let whole row groups of a file be skipped.
	const oldest = group.ttlMicros === null ? null : min - group.ttlMicros;
	const plan = choosePlan(scan, oldest, max);
	const found = times === null ? plan.choose : ([keptTimes(scan, times, oldest), plan.choose[1]] as const);
	await choose(session, { ...plan, choose: found }, progress);
	const bounded = oldest !== null && needsOlder;
	if (bounded) await lookOlder(session, scan, oldest, progress);
	return {
		table: scan.name,
		hasDeleted: scan.target.has.log,
		tellsTakenIn: scan.tellsTakenIn,
		older: bounded ? `${scan.name}_older` : null,
	};
}

async function choose(session: DuckdbSession, plan: ChoosePlan, progress: JoinProgress): Promise<void> {
	for (const [index, statement] of plan.choose.entries()) await progress.run(statement, index, plan.choose.length);
	const [counts] = await session.rows(plan.countTies);
	if (counts?.[0] !== counts?.[1]) for (const statement of plan.breakTies) await session.run(statement);
	for (const statement of plan.finish) await session.run(statement);
}

async function lookOlder(session: DuckdbSession, scan: Scan, oldest: bigint, progress: JoinProgress): Promise<void> {
	const plan = olderPlan(scan, oldest);
	await session.run(plan.findMisses);
	const [count] = await session.rows(plan.countMisses);
	if (count?.[0] === 0n) await session.run(plan.none);
	else await choose(session, plan, progress);
}

/** Where the answers to each read of a group lie, by the index of the read. */
export function answeredReads(group: ScanGroup, { table, hasDeleted, older }: Answered): Map<number, AnsweredRead> {
	return new Map(
		group.reads.map(({ read, view, lookup }) => {
			const definition = group.views[view];
			if (definition === undefined) throw new Error("A read has lost its view.");
			const positions = new Map(
				definition.features.map(({ name }) => [name, positionOf(group.merged.features, definition, name)]),
			);
			return [read, { table, lookup, view, positions, ttl: definition.ttlMicros, hasDeleted, older }];
		}),
	);
}

/** What was seen of each read of a group, by the index of the read. */
export async function factsOf(
	session: DuckdbSession,
	group: ScanGroup,
	{ table, hasDeleted, tellsTakenIn }: Answered,
): Promise<Map<number, ReadFacts>> {
	const later = tellsTakenIn ? "count(*) FILTER (i IS NULL OR i > ts)" : "NULL";
	const alive = hasDeleted ? " WHERE NOT d" : "";
	const rows = await session.rows(`SELECT l, count(*) FILTER (e = ts), ${later} FROM ${table}${alive} GROUP BY l`);
	const byLookup = new Map(
		rows.map(([l, same, late]) => [Number(l), { same: same as bigint, late: late as bigint | null }]),
	);
	return new Map(
		group.reads.map(({ read, lookup }) => {
			const found = byLookup.get(lookup);
			return [read, { sameInstant: found?.same ?? 0n, takenInLater: tellsTakenIn ? (found?.late ?? 0n) : null }];
		}),
	);
}
