import { and, asc, desc, eq, inArray, sql } from "drizzle-orm";
import type { UserError } from "../../../core/errors/user-error.ts";
import type { Json, NewRun, Run, RunKind, RunProgress, RunStore } from "../../../core/ports/run-store.ts";
import { nextRunState, type RunState, statesBefore } from "../../../core/runs/run-state.ts";
import { appendAuditEntry } from "../audit/audit-log.ts";
import type { Database } from "../database.ts";
import { projects } from "../tables/registry.ts";
import { runs } from "../tables/runs.ts";
import { isUuid } from "../uuid.ts";

type RunRow = typeof runs.$inferSelect;

/** A row as what it means; `project` is the name. */
export const runOf = (row: RunRow, project: string): Run => ({
	...row,
	project,
	kind: row.kind as RunKind,
	state: row.state as RunState,
	request: row.request as Json,
	checkpoint: row.checkpoint as Json,
	failure: row.failure as UserError | null,
});

/** Every change compares the state that it starts from, so two workers cannot both end a run. */
export function postgresRunStore({ drizzle, transaction }: Database): RunStore {
	const get = async (id: string): Promise<Run | null> => {
		if (!isUuid(id)) return null;
		const [found] = await drizzle
			.select({ run: runs, project: projects.name })
			.from(runs)
			.innerJoin(projects, eq(projects.id, runs.projectId))
			.where(eq(runs.id, id));
		return found === undefined ? null : runOf(found.run, found.project);
	};
	return {
		create: ({ id, projectId, project, kind, request, createdBy, createdAt, audit }: NewRun) =>
			transaction(async (tx) => {
				const [row] = await tx
					.insert(runs)
					.values({ id, projectId, kind, state: "QUEUED", request, createdBy, createdAt })
					.returning();
				if (audit !== null) await appendAuditEntry(tx, audit);
				return runOf(row as RunRow, project);
			}),
		get,
		async apply(id, event, at, failure) {
			const before = statesBefore(event);
			const [next] = new Set(before.map((state) => nextRunState(state, event)));
			if (next === undefined || next === null) throw new Error(`The event ${event} leads nowhere.`);
			const changed = await drizzle
				.update(runs)
				.set({
					state: next,
					...(event === "start"
						? { startedAt: sql`coalesce(${runs.startedAt}, ${sql.param(at, runs.startedAt)})` }
						: { finishedAt: at }),
					...(event === "succeed" ? { progress: 1 } : {}),
					...(failure === undefined ? {} : { failure }),
				})
				.where(and(eq(runs.id, id), inArray(runs.state, [...before])))
				.returning({ id: runs.id });
			return changed.length === 0 ? null : get(id);
		},
		async progress(id, { progress, rowsRead, rowsWritten, checkpoint }: RunProgress) {
			const changed = await drizzle
				.update(runs)
				.set({ progress, rowsRead, rowsWritten, checkpoint })
				.where(and(eq(runs.id, id), eq(runs.state, "RUNNING"), eq(runs.cancelRequested, false)))
				.returning({ id: runs.id });
			return changed.length === 0 ? null : get(id);
		},
		async requestCancel(id, at, audit) {
			if (!isUuid(id)) return null;
			await transaction(async (tx) => {
				const asked = await tx
					.update(runs)
					.set({
						cancelRequested: true,
						state: sql`CASE WHEN ${runs.state} = 'QUEUED' THEN 'CANCELLED' ELSE ${runs.state} END`,
						finishedAt: sql`CASE WHEN ${runs.state} = 'QUEUED' THEN ${sql.param(at, runs.finishedAt)}::timestamptz END`,
					})
					.where(and(eq(runs.id, id), inArray(runs.state, [...statesBefore("cancel")])))
					.returning({ id: runs.id });
				if (asked.length > 0) await appendAuditEntry(tx, audit);
			});
			return get(id);
		},
		async newest(projectId, kind, limit) {
			const found = await drizzle
				.select({ run: runs, project: projects.name })
				.from(runs)
				.innerJoin(projects, eq(projects.id, runs.projectId))
				.where(and(eq(runs.projectId, projectId), eq(runs.kind, kind)))
				.orderBy(desc(runs.createdAt), desc(runs.id))
				.limit(limit);
			return found.map(({ run, project }) => runOf(run, project));
		},
		async unfinished(limit) {
			const found = await drizzle
				.select({ run: runs, project: projects.name })
				.from(runs)
				.innerJoin(projects, eq(projects.id, runs.projectId))
				.where(inArray(runs.state, ["QUEUED", "RUNNING"]))
				.orderBy(asc(runs.createdAt))
				.limit(limit);
			return found.map(({ run, project }) => runOf(run, project));
		},
	};
}
