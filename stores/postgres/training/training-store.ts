import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import type {
	LeakageFinding,
	TrainingSet,
	TrainingSetComparison,
	TrainingSetProvenance,
	TrainingStore,
} from "../../../core/ports/training-store.ts";
import type { Database } from "../database.ts";
import { runOf } from "../runs/run-store.ts";
import { projects } from "../tables/registry.ts";
import { runs } from "../tables/runs.ts";
import { trainingSets } from "../tables/training.ts";
import { isUuid } from "../uuid.ts";

interface TrainingSetRow {
	readonly set: typeof trainingSets.$inferSelect;
	readonly run: typeof runs.$inferSelect;
	readonly project: string;
}

export function postgresTrainingStore({ drizzle }: Database): TrainingStore {
	const select = (where: SQL | undefined) =>
		drizzle
			.select({ set: trainingSets, run: runs, project: projects.name })
			.from(trainingSets)
			.innerJoin(runs, eq(runs.id, trainingSets.id))
			.innerJoin(projects, eq(projects.id, runs.projectId))
			.where(where);
	return {
		async create(runId, { name, format, logPositions, reproductionOf }) {
			await drizzle.insert(trainingSets).values({
				id: runId,
				name,
				format,
				logPositions: Object.fromEntries([...logPositions].map(([log, seq]) => [log, seq.toString()])),
				reproductionOf,
			});
		},
		async get(id) {
			if (!isUuid(id)) return null;
			const [row] = await select(eq(trainingSets.id, id));
			return row === undefined ? null : trainingSetOf(row);
		},
		async finish(id, result) {
			await drizzle
				.update(trainingSets)
				.set({ ...result })
				.where(eq(trainingSets.id, id));
		},
		async list(projectId, { first, after }) {
			if (after !== null && !isUuid(after)) return { rows: [], hasNextPage: false };
			const behind = sql`(${runs.createdAt}, ${runs.id}) < (SELECT created_at, id FROM ${runs} WHERE id = ${after})`;
			const found = await select(and(eq(runs.projectId, projectId), after === null ? undefined : behind))
				.orderBy(desc(runs.createdAt), desc(runs.id))
				.limit(first + 1);
			return { rows: found.slice(0, first).map(trainingSetOf), hasNextPage: found.length > first };
		},
	};
}

function trainingSetOf({ set, run, project }: TrainingSetRow): TrainingSet {
	const { rowCount, byteCount, contentHash } = set;
	const whole = rowCount !== null && byteCount !== null && contentHash !== null;
	return {
		run: runOf(run, project),
		name: set.name,
		format: set.format as FileFormat,
		logPositions: new Map(
			Object.entries(set.logPositions as Record<string, string>).map(([log, seq]) => [log, BigInt(seq)]),
		),
		reproductionOf: set.reproductionOf,
		result: whole
			? {
					rowCount,
					byteCount,
					contentHash,
					provenance: set.provenance as TrainingSetProvenance,
					comparison: set.comparison as TrainingSetComparison | null,
					leakage: set.leakage as readonly LeakageFinding[] | null,
				}
			: null,
	};
}
