import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { authorizationOf, type Connection } from "./connection.ts";
import { unreachable } from "./graphql.ts";
import { RequestFailed } from "./request-failed.ts";

/** Streams a file of the gateway to `path`. */
export async function download(connection: Connection, url: string, path: string): Promise<void> {
	const response = await fetchFile(connection, url, { method: "GET" });
	if (response.body === null) throw refused(url, response.status, "");
	await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
}

/** Streams a local file to the gateway. */
export async function upload(connection: Connection, url: string, path: string): Promise<void> {
	const { size } = await stat(path);
	await fetchFile(connection, url, {
		method: "PUT",
		headers: { "content-length": String(size), "content-type": "application/octet-stream" },
		body: createReadStream(path),
		duplex: "half",
	});
}

type FileRequest = Omit<RequestInit, "headers"> & { readonly headers?: Readonly<Record<string, string>> };

async function fetchFile(connection: Connection, url: string, init: FileRequest): Promise<Response> {
	const address = new URL(url, `${connection.url}/`);
	let response: Response;
	try {
		response = await fetch(address, { ...init, headers: { ...init.headers, ...authorizationOf(connection) } });
	} catch (error) {
		throw unreachable(connection, error);
	}
	if (!response.ok) throw refused(url, response.status, await response.text());
	return response;
}

function refused(url: string, status: number, body: string): RequestFailed {
	return new RequestFailed([{ code: "FILE_REFUSED", message: `${url}: ${status} ${body.slice(0, 300)}` }]);
}
