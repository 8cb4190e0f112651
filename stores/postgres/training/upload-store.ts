import { and, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import type { ExpectedLabels, UploadStore } from "../../../core/ports/upload-store.ts";
import type { Database } from "../database.ts";
import { projects } from "../tables/registry.ts";
import { uploads } from "../tables/training.ts";
import { isUuid } from "../uuid.ts";

export function postgresUploadStore({ drizzle }: Database): UploadStore {
	return {
		async create({ project: _, ...upload }, mostOpen) {
			return drizzle.transaction(async (transaction) => {
				// Two at once would both see room for one.
				await transaction.execute(
					sql`SELECT pg_advisory_xact_lock(hashtextextended(${`uploads of ${upload.createdBy}`}, 0))`,
				);
				const open = await transaction.$count(
					uploads,
					and(eq(uploads.createdBy, upload.createdBy), isNull(uploads.usedAt)),
				);
				if (open >= mostOpen) return false;
				await transaction.insert(uploads).values(upload);
				return true;
			});
		},
		async get(id) {
			if (!isUuid(id)) return null;
			const [found] = await drizzle
				.select({ upload: uploads, project: projects.name })
				.from(uploads)
				.innerJoin(projects, eq(projects.id, uploads.projectId))
				.where(eq(uploads.id, id));
			if (found === undefined) return null;
			const { usedAt: _, ...upload } = found.upload;
			const expected = upload.expected as ExpectedLabels | null;
			return { ...upload, format: upload.format as FileFormat, expected, project: found.project };
		},
		async received(id, byteCount, at) {
			await drizzle.update(uploads).set({ byteCount, receivedAt: at }).where(eq(uploads.id, id));
		},
		async use(id, at) {
			await drizzle
				.update(uploads)
				.set({ usedAt: at })
				.where(and(eq(uploads.id, id), isNull(uploads.usedAt)));
		},
		async expire(before, limit) {
			const old = drizzle
				.select({ id: uploads.id })
				.from(uploads)
				.where(and(lt(uploads.createdAt, before), isNull(uploads.usedAt)))
				.limit(limit);
			const gone = await drizzle.delete(uploads).where(inArray(uploads.id, old)).returning({ id: uploads.id });
			return gone.map(({ id }) => id);
		},
	};
}
