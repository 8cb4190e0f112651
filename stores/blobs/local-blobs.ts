import { randomUUID } from "node:crypto";
import { copyFile, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { BlobStore } from "../../core/ports/blob-store.ts";
import { blobKeyParts } from "./blob-key.ts";
import { receive } from "./receive.ts";

/** Where files lie until they are whole. No key can name it: it begins with a dot. */
const incoming = ".incoming";
const abandonedAfterMs = 24 * 60 * 60 * 1000;

/**
 * Blobs as files of one folder, which several processes may share. A blob is whole or not there: it is written beside,
 * synced, then renamed into its place, also over an older one. NOT_FOUND where there is none to read.
 */
export async function openLocalBlobs(folder: string): Promise<BlobStore> {
	const root = resolve(folder);
	const beside = join(root, incoming);
	// Label rows and training sets are for the user of this process alone.
	await mkdir(beside, { recursive: true, mode: 0o700 });
	await removeAbandoned(beside);

	const pathOf = (key: string): string => join(root, ...blobKeyParts(key));

	return {
		async put(key, localPath) {
			const target = pathOf(key);
			await syncFile(localPath);
			try {
				await moveTo(target, localPath);
			} catch (error) {
				if (codeOf(error) !== "EXDEV") throw error;
				const copy = join(beside, randomUUID());
				await copyFile(localPath, copy);
				await syncFile(copy);
				await moveTo(target, copy);
				await rm(localPath);
			}
		},

		async stat(key) {
			try {
				const file = await stat(pathOf(key), { bigint: true });
				if (!file.isFile()) return null;
				const etag = [file.size, file.mtimeNs, file.ino].map((part) => part.toString(36)).join("-");
				return { byteCount: Number(file.size), etag };
			} catch (error) {
				if (isMissing(error)) return null;
				throw error;
			}
		},

		async read(key, range) {
			try {
				const file = await open(pathOf(key));
				return file.createReadStream(range);
			} catch (error) {
				throw isMissing(error) ? noBlob(key) : error;
			}
		},

		async write(key, content, limit) {
			const target = pathOf(key);
			const path = join(beside, randomUUID());
			try {
				const byteCount = await receive(content, path, limit);
				await moveTo(target, path);
				return { byteCount };
			} catch (error) {
				await rm(path, { force: true });
				throw error;
			}
		},

		async localPath(key) {
			const path = pathOf(key);
			try {
				await stat(path);
			} catch (error) {
				throw isMissing(error) ? noBlob(key) : error;
			}
			return path;
		},

		async remove(key) {
			await rm(pathOf(key), { force: true });
		},
	};
}

/** Renames into place so that the name outlives a crash of the machine too. */
async function moveTo(target: string, from: string): Promise<void> {
	const parent = dirname(target);
	await mkdir(parent, { recursive: true });
	await rename(from, target);
	await syncFolder(parent);
}

async function syncFile(path: string): Promise<void> {
	const file = await open(path, "r+");
	try {
		await file.sync();
	} finally {
		await file.close();
	}
}

async function syncFolder(path: string): Promise<void> {
	// Windows has no way to sync a folder.
	if (process.platform === "win32") return;
	const folder = await open(path, "r");
	try {
		await folder.sync();
	} finally {
		await folder.close();
	}
}

/** What a killed process left half written. */
async function removeAbandoned(beside: string): Promise<void> {
	const oldest = Date.now() - abandonedAfterMs;
	for (const name of await readdir(beside)) {
		const path = join(beside, name);
		const file = await stat(path).catch(() => null);
		if (file !== null && file.mtimeMs < oldest) await rm(path, { force: true });
	}
}

const codeOf = (error: unknown): unknown =>
	error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;

const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";

const noBlob = (key: string): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", `There is no file \`${key}\`.`, { name: key });
