import { Transform } from "node:stream";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

export interface CountedStream extends Transform {
	/** What has gone through so far. */
	readonly byteCount: number;
}

/** Passes bytes on and counts them; fails with LIMIT_EXCEEDED at the first one past the limit. */
export function limitBytes(limit: number): CountedStream {
	let byteCount = 0;
	const stream = new Transform({
		transform(chunk: Buffer, _encoding, done) {
			byteCount += chunk.byteLength;
			if (byteCount > limit) done(tooLarge(limit));
			else done(null, chunk);
		},
	});
	return Object.defineProperty(stream, "byteCount", { get: () => byteCount }) as CountedStream;
}

const tooLarge = (limit: number): FeaturegraphError =>
	new FeaturegraphError("LIMIT_EXCEEDED", `The file has more than ${limit} bytes.`, {
		hint: "Send a smaller file, or as many bytes as were announced.",
	});
