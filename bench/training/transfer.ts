/** A file over HTTP into the blob store and out of it, against a plain copy, in time: all of them end on the disk. */
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import fastify from "fastify";
import { request } from "undici";
import { permissions } from "../../core/ports/principal.ts";
import { filesRoute } from "../../gateway/http/files-route.ts";
import { openLocalBlobs } from "../../stores/blobs/local-blobs.ts";
import { inTurns } from "./measure.ts";

const rounds = 5;

/** `upload` and `download`: how much of the speed of a plain copy they have. */
export async function transferShares(
	folder: string,
	file: string,
): Promise<{ readonly upload: number; readonly download: number }> {
	const blobs = await openLocalBlobs(join(folder, "blobs"));
	const { size } = await stat(file);
	const key = "training-sets/labels.parquet";
	await blobs.write(key, createReadStream(file), size);
	const app = fastify();
	await app.register(filesRoute, {
		idleMillis: 30_000,
		authenticate: async () => ({ id: "bench", permissions: new Set(permissions), projects: null }),
		blobs,
		upload: async ({ id, content }) => ({ ...(await blobs.write(`uploads/${id}`, content, size)), isWhole: true }),
		uploaded: async () => ({ byteCount: 0, isWhole: false }),
	});
	const url = await app.listen({ host: "127.0.0.1", port: 0 });
	const toDisk = (name: string) => createWriteStream(join(folder, name), { flush: true });
	try {
		const timed = await inTurns(
			{
				plainCopy: () => pipeline(createReadStream(file), toDisk("copy")),
				upload: async () => {
					const headers = { "content-length": String(size), "content-type": "application/octet-stream" };
					const { statusCode, body } = await request(`${url}/files/uploads/labels`, {
						method: "PUT",
						headers,
						body: createReadStream(file),
					});
					await body.dump();
					if (statusCode !== 200) throw new Error(`The upload was answered with ${statusCode}.`);
				},
				download: async () => {
					const { statusCode, body } = await request(`${url}/files/${key}`);
					if (statusCode !== 200) throw new Error(`The download was answered with ${statusCode}.`);
					await pipeline(body, toDisk("download"));
				},
			},
			rounds,
		);
		const share = (name: string): number => (timed["plainCopy"]?.ms ?? Number.NaN) / (timed[name]?.ms ?? Number.NaN);
		return { upload: share("upload"), download: share("download") };
	} finally {
		await app.close();
	}
}
