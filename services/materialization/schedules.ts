import type { JobQueue } from "../../core/ports/job-queue.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import { type MaterializeDeps, materialize } from "./materialize.ts";
import { requestOf } from "./request.ts";

const prefix = "materialize:";
const mostUnfinished = 1000;

const scheduler = (project: string): Principal => ({
	id: "system:schedule",
	permissions: new Set(["READ", "WRITE_VALUES"]),
	projects: new Set([project]),
});

/** Makes the queue's schedules those of the current views: new ones are added, changed ones replaced, old ones removed. */
export async function syncSchedules({
	queue,
	registry,
}: {
	readonly queue: JobQueue;
	readonly registry: RegistryReader;
}): Promise<void> {
	const wanted = new Map<string, { readonly cron: string; readonly project: string; readonly view: string }>();
	for (const project of await registry.projects()) {
		const { views } = await registry.snapshot(project);
		for (const [view, { current }] of views) {
			if (current?.kind !== "BATCH" || !current.definition.online || current.definition.schedule === null) continue;
			wanted.set(`${prefix}${project}:${view}`, { cron: current.definition.schedule, project, view });
		}
	}
	const present = new Map((await queue.schedules()).map(({ name, cron }) => [name, cron]));
	for (const [name, { cron, project, view }] of wanted) {
		if (present.get(name) === cron) continue;
		await queue.schedule(name, cron, { kind: "materialize", key: name, data: { project, view } });
	}
	for (const name of present.keys()) {
		if (name.startsWith(prefix) && !wanted.has(name)) await queue.unschedule(name);
	}
}

/** One tick of a schedule: an incremental run, unless the last one is still under way. */
export async function materializeScheduled(deps: MaterializeDeps, project: string, view: string): Promise<void> {
	const schedule = `${project}:${view}`;
	const unfinished = await deps.runs.unfinished(mostUnfinished);
	if (unfinished.some((run) => run.kind === "materialization" && requestOf(run.request).schedule === schedule)) return;
	const input = { project, views: [view], start: null, end: null, incremental: true, idempotencyKey: null };
	await materialize(deps, scheduler(project), input, schedule);
}
