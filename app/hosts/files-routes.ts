import type { FastifyInstance, FastifyRequest } from "fastify";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { BlobStore } from "../../core/ports/blob-store.ts";
import type { Principal } from "../../core/ports/principal.ts";
import { parseRange } from "../../gateway/http/byte-range.ts";
import { type UploadOptions, uploadRoute } from "../../gateway/http/upload-route.ts";
import { defaultLimits } from "../../gateway/limits.ts";
import type { Verify } from "./signed-requests.ts";

export interface HostedFiles extends Omit<UploadOptions, "principalOf" | "idleMillis"> {
	readonly verify: Verify;
	readonly blobs: Pick<BlobStore, "stat" | "read">;
	readonly mayDownload: (principal: Principal, key: string) => Promise<boolean>;
}

/**
 * Files for gateways, which have none of their own. The body of an upload is streamed and therefore not covered by the
 * signature: its method, its path and who sends it are.
 */
export async function filesRoutes(app: FastifyInstance, files: HostedFiles): Promise<void> {
	const principalOf = ({ method, url, headers }: FastifyRequest): Principal =>
		files.verify({ method, path: url, body: "", headers }).principal;
	app.removeAllContentTypeParsers();
	app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

	app.route({
		method: ["GET", "HEAD"],
		url: "/files/*",
		handler: async (request: FastifyRequest<{ Params: { "*": string } }>, reply) => {
			const key = request.params["*"];
			if (!(await files.mayDownload(principalOf(request), key))) {
				throw new FeaturegraphError("FORBIDDEN", "You may not read this file.");
			}
			const file = await files.blobs.stat(key);
			if (file === null) throw new FeaturegraphError("NOT_FOUND", `There is no file \`${key}\`.`, { name: key });
			const range = parseRange(request.headers.range, file.byteCount);
			if (range === "unsatisfiable") throw new FeaturegraphError("BAD_USER_INPUT", "The range lies outside the file.");
			reply.headers({
				etag: `"${file.etag}"`,
				"content-type": "application/octet-stream",
				"content-length": range === null ? file.byteCount : range.end - range.start + 1,
			});
			if (range !== null) reply.code(206);
			return request.method === "HEAD" ? reply.send() : reply.send(await files.blobs.read(key, range ?? undefined));
		},
	});
	const { uploadIdleMillis: idleMillis } = defaultLimits;
	uploadRoute(app, { ...files, idleMillis, principalOf: async (request) => principalOf(request) });
}
