import type { Readable } from "node:stream";

/** Files that come in stretches, over as many requests as it takes: what has come is kept until it is finished or discarded. */
export interface IncomingFiles {
	/** How many bytes have come, without a gap from the first. */
	received(id: string): Promise<number>;
	/**
	 * Takes the stretch that begins with byte `start`: where what has come ends (CONFLICT otherwise), or 0, which begins anew.
	 * Resolves to how many bytes have come. Of a stretch that breaks off (UNREADABLE_FILE) what came is kept; of one that
	 * goes on past byte `limitBytes` (LIMIT_EXCEEDED) nothing is.
	 */
	append(id: string, start: number, content: Readable, limitBytes: number): Promise<number>;
	/** Makes it one local file, which is the caller's to move. CONFLICT where it is not of so many bytes: another request sends it too. */
	finish(id: string, byteCount: number): Promise<string>;
	discard(id: string): Promise<void>;
}
