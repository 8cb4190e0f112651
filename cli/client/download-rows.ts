import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Connection } from "./connection.ts";
import { download } from "./files.ts";
import { RequestFailed } from "./request-failed.ts";

const manifestName = "manifest.json";

interface Manifest {
	readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** The rows of a training set: a file as `path`; one in parts as a folder of that name, its manifest among them. */
export async function downloadRows(connection: Connection, url: string, path: string): Promise<void> {
	if (!url.endsWith(`/${manifestName}`)) return download(connection, url, path);
	await mkdir(path, { recursive: true });
	const manifest = join(path, manifestName);
	await download(connection, url, manifest);
	const { files } = JSON.parse(await readFile(manifest, "utf8")) as Manifest;
	for (const { name, sha256 } of files) {
		const part = join(path, basename(name));
		const address = `${url.slice(0, -manifestName.length)}${name}`;
		await download(connection, address, part);
		if ((await sha256Of(part)) === sha256) continue;
		throw new RequestFailed([
			{ code: "FILE_CHANGED", message: `${address} is not what the manifest says.`, hint: "Download it again." },
		]);
	}
}

async function sha256Of(path: string): Promise<string> {
	const hash = createHash("sha256");
	await pipeline(createReadStream(path), hash);
	return hash.digest("hex");
}
