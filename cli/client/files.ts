import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { authorizationOf, type Connection } from "./connection.ts";
import { type GraphqlError, toServerError, unreachable } from "./graphql.ts";
import { RequestFailed } from "./request-failed.ts";

/** Streams a file of the gateway to `path`. */
export async function download(connection: Connection, url: string, path: string): Promise<void> {
	const response = await fetchFile(connection, url, { method: "GET" });
	if (response.body === null) throw refused(url, response.status, "");
	await pipeline(Readable.fromWeb(response.body), createWriteStream(path));
}

const mostAttempts = 6;
const firstWaitMillis = 250;
const longestWaitMillis = 5_000;
const mostWaits = 120;
const passing = new Set(["GATEWAY_UNREACHABLE", "OVERLOADED", "SUBGRAPH_UNAVAILABLE", "CONFLICT"]);

/** Streams a local file to the gateway. Where its connection breaks it goes on behind what has come. */
export async function upload(connection: Connection, url: string, path: string): Promise<void> {
	const { size } = await stat(path);
	let failures = 0;
	for (let waits = 0; ; waits += 1) {
		try {
			const come = waits === 0 ? 0 : await uploaded(connection, url);
			if (come !== null) await send(connection, url, path, come, size);
			return;
		} catch (error) {
			const code = error instanceof RequestFailed ? (error.errors[0]?.code ?? "") : "";
			if (!passing.has(code)) throw error;
			// The gateway may be busy for long with what it has been sent before.
			if (code !== "CONFLICT") failures += 1;
			if (failures === mostAttempts || waits === mostWaits) throw error;
			await setTimeout(Math.min(firstWaitMillis * 2 ** waits, longestWaitMillis));
		}
	}
}

/** How many bytes have come; null: the file is there. */
async function uploaded(connection: Connection, url: string): Promise<number | null> {
	const { headers } = await fetchFile(connection, url, { method: "HEAD" });
	return headers.get("upload-complete") === "?1" ? null : Number(headers.get("upload-offset"));
}

async function send(connection: Connection, url: string, path: string, start: number, size: number): Promise<void> {
	if (start > 0 && start >= size) {
		// All has come, and was not checked yet.
		await fetchFile(connection, url, { method: "PUT", headers: { "content-range": `bytes */${size}` } });
		return;
	}
	await fetchFile(connection, url, {
		method: "PUT",
		headers: {
			"content-length": String(size - start),
			"content-type": "application/octet-stream",
			...(start === 0 ? {} : { "content-range": `bytes ${start}-${size - 1}/${size}` }),
		},
		body: createReadStream(path, { start }),
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

/** What the gateway says in its own words, where it does. */
function refused(url: string, status: number, body: string): RequestFailed {
	try {
		const { errors = [] } = JSON.parse(body) as { readonly errors?: readonly GraphqlError[] };
		if (errors.length > 0) return new RequestFailed(errors.map(toServerError));
	} catch {
		// Something between here and the gateway has answered.
	}
	return new RequestFailed([{ code: "FILE_REFUSED", message: `${url}: ${status} ${body.slice(0, 300)}` }]);
}
