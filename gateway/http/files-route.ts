import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { BlobStore } from "../../core/ports/blob-store.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";
import { parseRange } from "./byte-range.ts";
import { type UploadOptions, uploadRoute } from "./upload-route.ts";

export interface FilesOptions extends Omit<UploadOptions, "principalOf" | "idleMillis"> {
	readonly authenticate: Authenticate;
	readonly blobs: Pick<BlobStore, "stat" | "read">;
	/** May this principal read that blob? By default whoever may read values. */
	readonly mayDownload?: (principal: Principal, key: string) => Promise<boolean>;
}

const uploadsPrefix = "uploads/";
const mediaTypes: Readonly<Record<string, string>> = {
	parquet: "application/vnd.apache.parquet",
	arrow: "application/vnd.apache.arrow.file",
	csv: "text/csv; charset=utf-8",
	ndjson: "application/x-ndjson",
	json: "application/json; charset=utf-8",
};

/** Files of the system at `/files/KEY`: downloads with ranges, and uploads. */
export async function filesRoute(
	app: FastifyInstance,
	{ idleMillis, ...options }: FilesOptions & Pick<UploadOptions, "idleMillis">,
): Promise<void> {
	app.removeAllContentTypeParsers();
	app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

	app.route({
		method: ["GET", "HEAD"],
		url: "/files/*",
		handler: async (request: FastifyRequest<{ Params: { "*": string } }>, reply) =>
			download(request, reply, request.params["*"], options),
	});
	uploadRoute(app, { ...options, idleMillis, principalOf: (request) => principalOf(request, options) });
}

async function download(request: FastifyRequest, reply: FastifyReply, key: string, options: FilesOptions) {
	const principal = await principalOf(request, options);
	const may = options.mayDownload?.(principal, key) ?? principal.permissions.has("READ_VALUES");
	if (!(await may)) throw new FeaturegraphError("FORBIDDEN", "You may not read this file.");
	const file = isPublicKey(key) ? await options.blobs.stat(key) : null;
	if (file === null) throw new FeaturegraphError("NOT_FOUND", `There is no file \`${key}\`.`, { name: key });

	const etag = `"${file.etag.replaceAll('"', "")}"`;
	reply.headers({
		etag,
		"accept-ranges": "bytes",
		"cache-control": "private, no-cache",
		"content-type": mediaTypes[key.slice(key.lastIndexOf(".") + 1)] ?? "application/octet-stream",
		"content-disposition": `attachment; filename="${key.slice(key.lastIndexOf("/") + 1)}"`,
		"x-content-type-options": "nosniff",
	});
	if (etagsOf(request.headers["if-none-match"]).some((known) => known === etag || known === "*")) {
		return reply.code(304).send();
	}
	const ifRange = request.headers["if-range"];
	const whole = ifRange !== undefined && ifRange !== etag;
	const range = whole ? null : parseRange(request.headers.range, file.byteCount);
	if (range === "unsatisfiable") {
		return reply.code(416).header("content-range", `bytes */${file.byteCount}`).header("content-length", 0).send();
	}
	reply.header("content-length", range === null ? file.byteCount : range.end - range.start + 1);
	if (range !== null) {
		reply.code(206).header("content-range", `bytes ${range.start}-${range.end}/${file.byteCount}`);
	}
	if (request.method === "HEAD") return reply.send();
	return reply.send(await options.blobs.read(key, range ?? undefined));
}

async function principalOf(request: FastifyRequest, { authenticate }: FilesOptions): Promise<Principal> {
	return authenticate({ authorization: request.headers.authorization ?? null });
}

/** Parts of plain names; what was uploaded is not handed out again. */
function isPublicKey(key: string): boolean {
	const parts = key.split("/");
	return !key.startsWith(uploadsPrefix) && parts.every((part) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part));
}

function etagsOf(header: string | undefined): string[] {
	return (header ?? "").split(",").map((etag) => etag.trim().replace(/^W\//, ""));
}
