import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { FeaturegraphClientError } from "./errors.ts";
import { type GatewayAddress, refuseAnswer, send, unreachable } from "./gateway.ts";

const attempts = 6;
const firstWaitMillis = 250;

interface Part {
	readonly name: string;
	readonly sha256: string;
}

/** The file of a training set as `path`; one in parts as a folder of that name, each part held against the manifest. */
export async function downloadRows(gateway: GatewayAddress, url: string, path: string): Promise<void> {
	if (!url.endsWith("/manifest.json")) return download(gateway, url, path);
	const response = await send(gateway, url, { method: "GET" });
	if (!response.ok) await refuseAnswer(response);
	const { files } = (await response.json()) as { readonly files: readonly Part[] };
	await mkdir(path, { recursive: true });
	for (const { name, sha256 } of files) {
		const part = join(path, name);
		if ((await sizeOf(part)) > 0 && (await sha256Of(part)) === sha256) continue;
		const address = url.replace(/manifest\.json$/, name);
		await download(gateway, address, part);
		if ((await sha256Of(part)) === sha256) continue;
		await rm(part);
		throw new FeaturegraphClientError([{ code: "FILE_CHANGED", message: `${address} is not what the manifest says.` }]);
	}
}

async function sha256Of(path: string): Promise<string> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(path), hash);
	return hash.digest("hex");
}

/**
 * The file at `url` as `path`, which appears when it is whole. Until then it lies beside it as `.partial`, named by its ETag:
 * what broke off goes on where it was, in this call or in a later one, and parts of two files are never put together.
 */
async function download(gateway: GatewayAddress, url: string, path: string): Promise<void> {
	const head = await send(gateway, url, { method: "HEAD" });
	// An answer to HEAD does not say why.
	if (!head.ok) await refuseAnswer(await send(gateway, url, { method: "GET" }));
	const etag = head.headers.get("etag") ?? "";
	const byteCount = Number(head.headers.get("content-length"));
	const partial = `${path}.${createHash("sha256").update(etag).digest("hex").slice(0, 12)}.partial`;
	let at = await sizeOf(partial);
	for (let failures = 0; at < byteCount; ) {
		try {
			await appendRest(gateway, url, etag, partial, at);
		} catch (error) {
			if (error instanceof FeaturegraphClientError ? error.code !== "GATEWAY_UNREACHABLE" : isOfFile(error))
				throw error;
			const reached = await sizeOf(partial);
			failures = reached === at ? failures + 1 : 1;
			if (failures === attempts) throw unreachable(gateway, error);
			await sleep(firstWaitMillis * 2 ** (failures - 1));
		}
		at = await sizeOf(partial);
	}
	if (at !== byteCount) {
		await rm(partial);
		throw new FeaturegraphClientError([{ code: "FILE_CHANGED", message: `Somebody else wrote ${partial}, too.` }]);
	}
	await rename(partial, path);
}

async function appendRest(gateway: GatewayAddress, url: string, etag: string, path: string, at: number): Promise<void> {
	const headers = { "accept-encoding": "identity", ...(at > 0 ? { range: `bytes=${at}-`, "if-range": etag } : {}) };
	const response = await send(gateway, url, { method: "GET", headers });
	if (!response.ok) await refuseAnswer(response);
	if (response.headers.get("etag") !== etag || (at > 0 && response.status !== 206)) {
		throw new FeaturegraphClientError([
			{ code: "FILE_CHANGED", message: `${url} is another file than when its download began.` },
		]);
	}
	const file = await open(path, "a");
	try {
		for await (const chunk of response.body ?? []) await file.write(chunk);
	} finally {
		await file.close();
	}
}

/** A folder that is not there, a full disk: not what the gateway sends, which `fetch` tells without a `syscall`. */
const isOfFile = (error: unknown): boolean => error instanceof Error && "syscall" in error;

const sizeOf = (path: string): Promise<number> =>
	stat(path).then(
		({ size }) => size,
		() => 0,
	);
