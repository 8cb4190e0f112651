import { and, eq, inArray, isNull, lt } from "drizzle-orm";
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import type { UploadStore } from "../../../core/ports/upload-store.ts";
import type { Database } from "../database.ts";
import { projects } from "../tables/registry.ts";
import { uploads } from "../tables/training.ts";
import { isUuid } from "../uuid.ts";

export function postgresUploadStore({ drizzle }: Database): UploadStore {
	return {
		async create({ project: _, ...upload }) {
			await drizzle.insert(uploads).values(upload);
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
			return { ...upload, format: upload.format as FileFormat, project: found.project };
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
