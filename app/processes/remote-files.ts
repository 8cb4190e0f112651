import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { type Dispatcher, Pool } from "undici";
import { errorCatalogue } from "../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { type Principal, permissions } from "../../core/ports/principal.ts";
import type { ContentRange } from "../../gateway/http/content-range.ts";
import type { FilesOptions } from "../../gateway/http/files-route.ts";
import type { UploadProgress } from "../../gateway/http/upload-route.ts";
import type { RequestSigner } from "../../gateway/transport/http/request-signer.ts";
import { type RefusalAnswer, refusalOf } from "./refusal.ts";

/** Who reads once it is clear that the client may. */
const reader: Principal = { id: "system:gateway", permissions: new Set(permissions), projects: null };

const connections = 64;
/** How long the other side may say nothing, also while a file is on its way. */
const idleMillis = 30_000;
const checkMillis = 3_600_000;

export interface RemoteFiles extends Omit<FilesOptions, "authenticate"> {
	close(): Promise<void>;
}

/** The files that the subgraph at this URL has, for the gateway's `/files`: streamed through, never held. */
export function remoteFiles(name: string, url: string, sign: RequestSigner): RemoteFiles {
	const pool = new Pool(new URL(url).origin, { connections, headersTimeout: idleMillis, bodyTimeout: idleMillis });

	const ask = async (
		method: "GET" | "HEAD" | "PUT",
		path: string,
		principal: Principal,
		{ headers = {}, body = null }: { readonly headers?: Record<string, string>; readonly body?: Readable | null } = {},
	) => {
		const signed = Object.fromEntries(sign({ method, path, body: "", graph: "", principal }));
		try {
			// An uploaded file is checked before the answer: whoever sends it waits that long.
			const headersTimeout = method === "PUT" ? checkMillis : idleMillis;
			return await pool.request({ method, path, headers: { ...headers, ...signed }, body, headersTimeout });
		} catch (error) {
			throw new FeaturegraphError(
				"SUBGRAPH_UNAVAILABLE",
				`The subgraph \`${name}\` does not answer.`,
				{ name },
				{ cause: error },
			);
		}
	};
	async function progressIn({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<UploadProgress> {
		const answer = (await body.json().catch(() => null)) as RefusalAnswer | null;
		if (statusCode === 200 || statusCode === 308) return progressOf(headers);
		throw refusalOf(answer) ?? failed(name);
	}
	const pathOf = (key: string): string => `/files/${key.split("/").map(encodeURIComponent).join("/")}`;

	return {
		async mayDownload(principal, key) {
			const { statusCode, body } = await ask("HEAD", pathOf(key), principal);
			await body.dump();
			// That there is no such file is told to whoever may read it; nothing else is a yes.
			if (statusCode === 200 || statusCode === errorCatalogue.NOT_FOUND.status) return true;
			if (statusCode === errorCatalogue.FORBIDDEN.status) return false;
			throw failed(name);
		},
		blobs: {
			async stat(key) {
				const { statusCode, headers, body } = await ask("HEAD", pathOf(key), reader);
				await body.dump();
				if (statusCode === 404) return null;
				if (statusCode !== 200) throw failed(name);
				return { byteCount: Number(headers["content-length"]), etag: String(headers["etag"]).replaceAll('"', "") };
			},
			async read(key, range) {
				const headers: Record<string, string> =
					range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` };
				const { statusCode, body } = await ask("GET", pathOf(key), reader, { headers });
				if (statusCode === (range === undefined ? 200 : 206)) return body;
				await body.dump();
				throw failed(name);
			},
		},
		async upload({ id, content, contentType, byteCount, range, principal }) {
			const headers = {
				"content-type": contentType ?? "application/octet-stream",
				...(byteCount === null ? {} : { "content-length": String(byteCount) }),
				...(range === null ? {} : { "content-range": contentRangeOf(range) }),
			};
			return progressIn(await ask("PUT", uploadPath(id), principal, { headers, body: content }));
		},
		async uploaded(principal, id, total) {
			if (total !== null) {
				const range = { "content-range": `bytes */${total}` };
				return progressIn(await ask("PUT", uploadPath(id), principal, { headers: range }));
			}
			const { statusCode, headers, body } = await ask("HEAD", uploadPath(id), principal);
			await body.dump();
			if (statusCode === 200) return progressOf(headers);
			// An answer to HEAD has no body to tell more.
			if (statusCode === errorCatalogue.NOT_FOUND.status) throw noUpload(id);
			throw failed(name);
		},
		close: () => pool.destroy(),
	};
}

const uploadPath = (id: string): string => `/files/uploads/${encodeURIComponent(id)}`;

const contentRangeOf = ({ start, end, total }: ContentRange): string => `bytes ${start}-${end - 1}/${total ?? "*"}`;

const progressOf = (headers: IncomingHttpHeaders): UploadProgress => ({
	byteCount: Number(headers["upload-offset"]),
	isWhole: headers["upload-complete"] === "?1",
});

const noUpload = (id: string): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", `There is no upload "${id}".`, {
		name: id,
		hint: "Make one with `createUpload`.",
	});

const failed = (name: string): FeaturegraphError =>
	new FeaturegraphError("SUBGRAPH_UNAVAILABLE", `The subgraph \`${name}\` could not serve the file.`, { name });
