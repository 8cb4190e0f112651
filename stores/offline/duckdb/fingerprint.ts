import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";

/** Larger files are told by their time and size: hashing them would take longer than reading what is wanted of them. */
const mostHashedBytes = 512 * 1024 * 1024;

/** SHA-256 (hex) over the files: of their content, so that a file that is written again unchanged is the same. */
export async function fileFingerprint(paths: readonly string[]): Promise<string> {
	const hash = createHash("sha256");
	for (const path of paths) {
		const { size, mtimeNs } = await stat(path, { bigint: true });
		hash.update(`${path}\n${size}\n`);
		if (size > mostHashedBytes) {
			hash.update(`${mtimeNs}\n`);
			continue;
		}
		for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
	}
	return hash.digest("hex");
}
