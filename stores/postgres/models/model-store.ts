import { and, asc, desc, eq, gt, inArray, lt, lte, type SQL, sql } from "drizzle-orm";
import type { Model, ModelStore, ModelVersion } from "../../../core/ports/model-store.ts";
import type { Page, Paged } from "../../../core/ports/paging.ts";
import { appendAuditEntry } from "../audit/audit-log.ts";
import type { Database } from "../database.ts";
import { models, modelVersions } from "../tables/models.ts";
import { projects } from "../tables/registry.ts";

interface VersionRow {
	readonly version: typeof modelVersions.$inferSelect;
	readonly model: typeof models.$inferSelect;
	readonly project: string;
}

export function postgresModelStore({ drizzle, transaction }: Database): ModelStore {
	const selectModels = (where: SQL | undefined) =>
		drizzle
			.select({ model: models, project: projects.name })
			.from(models)
			.innerJoin(projects, eq(projects.id, models.projectId))
			.where(where);
	const selectVersions = (where: SQL | undefined) =>
		drizzle
			.select({ version: modelVersions, model: models, project: projects.name })
			.from(modelVersions)
			.innerJoin(models, eq(models.id, modelVersions.modelId))
			.innerJoin(projects, eq(projects.id, models.projectId))
			.where(where);
	const oneModel = async (where: SQL | undefined): Promise<Model | null> => {
		const [row] = await selectModels(where);
		return row === undefined ? null : modelOf(row.model, row.project);
	};
	const oneVersion = async (where: SQL | undefined): Promise<ModelVersion | null> => {
		const [row] = await selectVersions(where).orderBy(desc(modelVersions.version)).limit(1);
		return row === undefined ? null : versionOf(row);
	};

	return {
		register: ({ projectId, project, model: name, ...version }) =>
			transaction(async (tx) => {
				const { description, tags, createdAt } = version;
				// The update that changes nothing locks the model: numbers are given one after the other.
				const [model] = await tx
					.insert(models)
					.values({ projectId, name, description, tags: [...tags], createdAt })
					.onConflictDoUpdate({ target: [models.projectId, models.name], set: { name } })
					.returning();
				if (model === undefined) throw new Error(`The model "${name}" could not be stored.`);
				const next = sql<number>`(SELECT coalesce(max(version), 0) + 1 FROM ${modelVersions} WHERE model_id = ${model.id})`;
				const [stored] = await tx
					.insert(modelVersions)
					.values({ ...version, tags: [...tags], modelId: model.id, version: next })
					.returning();
				if (stored === undefined) throw new Error(`A version of "${name}" could not be stored.`);
				await appendAuditEntry(tx, {
					at: createdAt,
					actor: version.createdBy,
					action: "model.register",
					project,
					subject: `${name}@${stored.version}`,
					details: { serviceVersionId: version.serviceVersionId, trainingSetId: version.trainingSetId },
				});
				return versionOf({ version: stored, model, project });
			}),
		model: (projectId, name) => oneModel(and(eq(models.projectId, projectId), eq(models.name, name))),
		modelById: async (id) => (isRowId(id) ? oneModel(eq(models.id, BigInt(id))) : null),
		async models(projectId, { first, after }) {
			const found = await selectModels(
				and(eq(models.projectId, projectId), after === null ? undefined : gt(models.name, after)),
			)
				.orderBy(asc(models.name))
				.limit(first + 1);
			return paged(found, first, ({ model, project }) => modelOf(model, project));
		},
		version: async (modelId, version) =>
			isRowId(modelId)
				? oneVersion(and(eq(modelVersions.modelId, BigInt(modelId)), eq(modelVersions.version, version)))
				: null,
		versionById: async (id) => (isRowId(id) ? oneVersion(eq(modelVersions.id, BigInt(id))) : null),
		latest: async (modelId, at) =>
			isRowId(modelId)
				? oneVersion(
						and(eq(modelVersions.modelId, BigInt(modelId)), at === null ? undefined : lte(modelVersions.createdAt, at)),
					)
				: null,
		async versions(modelId, { first, after }: Page) {
			if (!isRowId(modelId) || (after !== null && !isRowId(after))) return none;
			const behind = after === null ? undefined : sql`${modelVersions.version} < ${BigInt(after)}`;
			const found = await selectVersions(and(eq(modelVersions.modelId, BigInt(modelId)), behind))
				.orderBy(desc(modelVersions.version))
				.limit(first + 1);
			return paged(found, first, versionOf);
		},
		async versionsOfServices(serviceVersionIds, { first, after }) {
			if (serviceVersionIds.length === 0 || (after !== null && !isRowId(after))) return none;
			const behind = after === null ? undefined : lt(modelVersions.id, BigInt(after));
			const found = await selectVersions(and(inArray(modelVersions.serviceVersionId, [...serviceVersionIds]), behind))
				.orderBy(desc(modelVersions.id))
				.limit(first + 1);
			return paged(found, first, versionOf);
		},
	};
}

const none: Paged<never> = { rows: [], hasNextPage: false };

function paged<T, R>(found: readonly T[], first: number, of: (row: T) => R): Paged<R> {
	return { rows: found.slice(0, first).map(of), hasNextPage: found.length > first };
}

/** Rows are numbered; an id that is no number names none. */
const isRowId = (id: string): boolean => /^\d{1,18}$/.test(id);

const modelOf = (row: typeof models.$inferSelect, project: string): Model => ({
	...row,
	id: row.id.toString(),
	project,
});

function versionOf({ version: { id, modelId: _, ...version }, model, project }: VersionRow): ModelVersion {
	return { ...version, id: id.toString(), model: modelOf(model, project) };
}
