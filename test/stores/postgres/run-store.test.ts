import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import type { Run, RunStore } from "../../../core/ports/run-store.ts";
import { postgresRunStore } from "../../../stores/postgres/runs/run-store.ts";
import { postgresWatermarkStore } from "../../../stores/postgres/runs/watermark-store.ts";
import { testDatabase } from "../../support/database.ts";
import { storeViews } from "../../support/stored-view.ts";

describe("runs in PostgreSQL", () => {
	const test = testDatabase();
	let runs: RunStore;
	let projectId: number;
	let viewVersionId: number;
	beforeAll(async () => {
		runs = postgresRunStore(test.database);
		const stored = await storeViews(test.database, "default", ["delays"]);
		projectId = stored.projectId;
		viewVersionId = stored.versionIds[0] as number;
	});
	const audit = { at: 1n, actor: "anonymous", action: "materialize", project: "default", subject: "run", details: {} };
	const create = (): Promise<Run> =>
		runs.create({
			id: randomUUID(),
			projectId,
			project: "default",
			kind: "materialization",
			request: { views: [1] },
			createdBy: "anonymous",
			createdAt: 1n,
			audit,
		});
	const progress = { progress: 0.5, rowsRead: 2n ** 60n, rowsWritten: 7n, checkpoint: { afterKey: ["JFK"] } };

	it("live from queued to succeeded, and keep what they were asked", async () => {
		const { id } = await create();
		expect(await runs.apply(id, "succeed", 2n)).toBeNull();
		expect(await runs.apply(id, "start", 2n)).toMatchObject({
			state: "RUNNING",
			startedAt: 2n,
			request: { views: [1] },
		});
		expect(await runs.progress(id, progress)).toMatchObject(progress);
		expect(await runs.apply(id, "start", 3n)).toMatchObject({
			state: "RUNNING",
			startedAt: 2n,
			checkpoint: progress.checkpoint,
		});
		expect(await runs.apply(id, "succeed", 4n)).toMatchObject({ state: "SUCCEEDED", progress: 1, finishedAt: 4n });
		expect(await runs.apply(id, "fail", 5n)).toBeNull();
		expect(await runs.get(id)).toMatchObject({ state: "SUCCEEDED", finishedAt: 4n, project: "default" });
	});

	it("end once, whoever ends them", async () => {
		const { id } = await create();
		await runs.apply(id, "start", 2n);
		const failure = { code: "JOB_FAILED", message: "No.", nearest: [] } as const;
		const ends = await Promise.all([
			runs.apply(id, "succeed", 3n),
			runs.apply(id, "fail", 3n, failure),
			runs.apply(id, "cancel", 3n),
		]);
		expect(ends.filter((end) => end !== null)).toHaveLength(1);
	});

	it("are cancelled at once while they are queued, and asked to stop while they run", async () => {
		const queued = await create();
		expect(await runs.requestCancel(queued.id, 9n, audit)).toMatchObject({ state: "CANCELLED", finishedAt: 9n });
		const running = await create();
		await runs.apply(running.id, "start", 2n);
		expect(await runs.requestCancel(running.id, 9n, audit)).toMatchObject({
			state: "RUNNING",
			cancelRequested: true,
			finishedAt: null,
		});
		expect(await runs.progress(running.id, progress)).toBeNull();
		expect(await runs.apply(running.id, "cancel", 10n)).toMatchObject({ state: "CANCELLED" });
	});

	it("that have not ended are found again, and ids that are none find nothing", async () => {
		const { id } = await create();
		expect((await runs.unfinished(100)).map((run) => run.id)).toContain(id);
		await runs.requestCancel(id, 2n, audit);
		expect((await runs.unfinished(100)).map((run) => run.id)).not.toContain(id);
		expect(await runs.get("no-uuid")).toBeNull();
		expect(await runs.requestCancel("no-uuid", 1n, audit)).toBeNull();
	});

	it("move watermarks forward alone", async () => {
		const watermarks = postgresWatermarkStore(test.database);
		expect(await watermarks.get(viewVersionId)).toBeNull();
		await watermarks.advance(viewVersionId, 1_700_000_000_000_001n);
		await watermarks.advance(viewVersionId, 1_600_000_000_000_000n);
		expect(await watermarks.get(viewVersionId)).toBe(1_700_000_000_000_001n);
	});
});
