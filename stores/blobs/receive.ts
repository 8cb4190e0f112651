import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { limitBytes } from "./limit-bytes.ts";

/** Streams into a file and syncs it; how many bytes came. */
export async function receive(content: Readable, path: string, limit: number): Promise<number> {
	const counted = limitBytes(limit);
	let source: unknown;
	content.once("error", (error) => {
		source = error;
	});
	try {
		await pipeline(content, counted, createWriteStream(path, { flags: "wx", flush: true }));
	} catch (error) {
		if (error instanceof FeaturegraphError) throw error;
		if (
			source === undefined &&
			!(error instanceof Error && "code" in error && error.code === "ERR_STREAM_PREMATURE_CLOSE")
		) {
			throw error;
		}
		throw new FeaturegraphError(
			"UNREADABLE_FILE",
			`The file broke off after ${counted.byteCount} bytes.`,
			{ hint: "Go on from where it stands, or send it again." },
			{ cause: error },
		);
	}
	return counted.byteCount;
}
