import type { IncomingMessage } from "node:http";
import { finished, type Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../../core/ports/principal.ts";
import { type ContentRange, parseContentRange } from "./content-range.ts";
import { mediaTypeOf } from "./media-type.ts";

/** A file on its way in, or a part of it: the id of `createUpload`, and its bytes. */
export interface Upload {
	readonly id: string;
	readonly content: Readable;
	readonly contentType: string | null;
	/** Of this body, as the client announced it. */
	readonly byteCount: number | null;
	/** Null: the body is the file. */
	readonly range: ContentRange | null;
	readonly principal: Principal;
}

/** How far an upload is. */
export interface UploadProgress {
	/** Bytes that have come, without a gap from the first. */
	readonly byteCount: number;
	readonly isWhole: boolean;
}

export interface UploadOptions {
	/** Takes an upload in; what it throws is answered with its code. */
	readonly upload: (upload: Upload) => Promise<UploadProgress>;
	/** How much of it has come. Where the client says that `total` bytes are all of it and they are there, they are checked. */
	readonly uploaded: (principal: Principal, id: string, total: number | null) => Promise<UploadProgress>;
	readonly principalOf: (request: FastifyRequest) => Promise<Principal>;
	/** How long a body may stand still before its connection is cut. */
	readonly idleMillis: number;
}

interface UploadParams {
	Params: { id: string };
}

/**
 * Uploads at `/files/uploads/ID`: by one PUT, or by several with Content-Range, each going on where the one before stopped.
 * 308 and a Range header say what has come as long as it is not all, as HEAD does with Upload-Offset at any time. A body that
 * stands still is cut; what has come of it is kept.
 */
export function uploadRoute(app: FastifyInstance, options: UploadOptions): void {
	const { upload, uploaded, principalOf } = options;
	app.head("/files/uploads/:id", async (request: FastifyRequest<UploadParams>, reply) => {
		const progress = await uploaded(await principalOf(request), request.params.id, null);
		return reply.headers({ ...told(progress), "cache-control": "no-store" }).send();
	});
	app.put(
		"/files/uploads/:id",
		{ bodyLimit: Number.MAX_SAFE_INTEGER },
		async (request: FastifyRequest<UploadParams>, reply) => {
			const principal = await principalOf(request);
			const { id } = request.params;
			const length = Number(request.headers["content-length"] ?? Number.NaN);
			const byteCount = Number.isSafeInteger(length) ? length : null;
			const range = parseContentRange(request.headers["content-range"], byteCount);
			if (range?.start === null) return answer(reply, await uploaded(principal, id, range.total));
			const contentType = mediaTypeOf(request.headers["content-type"]);
			const content = cutIdle(request.raw, options.idleMillis);
			return answer(reply, await upload({ id, content, contentType, byteCount, range, principal }));
		},
	);
}

/** Node destroys the connection when its time is over. */
function cutIdle(content: IncomingMessage, millis: number): IncomingMessage {
	const { socket } = content;
	socket.setTimeout(millis);
	finished(content, { writable: false }, () => socket.setTimeout(0));
	return content;
}

const told = ({ byteCount, isWhole }: UploadProgress): Record<string, string> => ({
	"upload-offset": String(byteCount),
	"upload-complete": isWhole ? "?1" : "?0",
});

function answer(reply: FastifyReply, progress: UploadProgress): FastifyReply {
	const { byteCount, isWhole } = progress;
	reply.headers(told(progress));
	if (isWhole) return reply.send({ byteCount });
	if (byteCount > 0) reply.header("range", `bytes=0-${byteCount - 1}`);
	return reply.code(308).send();
}
