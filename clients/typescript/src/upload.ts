import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { FeaturegraphClientError } from "./errors.ts";
import { type GatewayAddress, refuseAnswer, send } from "./gateway.ts";
import { isPassing } from "./passing.ts";

/** What is uploaded, to be read from any byte on. */
export interface UploadContent {
	readonly byteCount: number;
	from(start: number): NonNullable<RequestInit["body"]>;
}

const attempts = 6;
const firstWaitMillis = 250;
const longestWaitMillis = 5_000;
/** While the gateway is still busy with what it has been sent before. */
const busyAttempts = 120;

export const contentOfText = (text: string): UploadContent => {
	const bytes = Buffer.from(text);
	return { byteCount: bytes.length, from: (start) => bytes.subarray(start) };
};

export const contentOfFile = (path: string, byteCount: number): UploadContent => ({
	byteCount,
	from: (start) => Readable.toWeb(createReadStream(path, { start })) as ReadableStream,
});

/** Sends it to the gateway. Where the connection breaks it goes on behind what has come. */
export async function upload(gateway: GatewayAddress, url: string, content: UploadContent): Promise<void> {
	let reached = 0;
	let failures = 0;
	let busy = 0;
	for (let isFirst = true; ; isFirst = false) {
		try {
			const come = isFirst ? 0 : await uploaded(gateway, url);
			if (come === null) return;
			if (come > reached) failures = 0;
			reached = come;
			await sendRest(gateway, url, content, come);
			return;
		} catch (error) {
			const isBusy = error instanceof FeaturegraphClientError && error.code === "CONFLICT";
			if (isBusy) busy += 1;
			else failures += 1;
			if ((!isBusy && !isPassing(error)) || failures === attempts || busy === busyAttempts) throw error;
			await sleep(Math.min(firstWaitMillis * 2 ** (failures + busy - 1), longestWaitMillis));
		}
	}
}

/** How many bytes have come; null: the file is there, and only the answer that said so was lost. */
async function uploaded(gateway: GatewayAddress, url: string): Promise<number | null> {
	const response = await send(gateway, url, { method: "HEAD" });
	// An answer to HEAD does not say why.
	if (!response.ok) await refuseAnswer(await send(gateway, url, wholeOf(0)));
	return response.headers.get("upload-complete") === "?1" ? null : Number(response.headers.get("upload-offset"));
}

async function sendRest(gateway: GatewayAddress, url: string, content: UploadContent, start: number): Promise<void> {
	const { byteCount } = content;
	const isAllThere = start > 0 && start >= byteCount;
	const response = await send(gateway, url, isAllThere ? wholeOf(byteCount) : restOf(content, start));
	if (!response.ok) await refuseAnswer(response);
}

/** Says that all has come. */
const wholeOf = (byteCount: number): RequestInit => ({
	method: "PUT",
	headers: { "content-range": `bytes */${byteCount}` },
});

const restOf = (content: UploadContent, start: number): RequestInit & { readonly duplex: "half" } => ({
	method: "PUT",
	headers: {
		"content-type": "application/octet-stream",
		"content-length": String(content.byteCount - start),
		...(start === 0 ? {} : { "content-range": `bytes ${start}-${content.byteCount - 1}/${content.byteCount}` }),
	},
	body: content.from(start),
	duplex: "half",
});
