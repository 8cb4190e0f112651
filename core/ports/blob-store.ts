import type { Readable } from "node:stream";

/** Files of the system: training sets and uploads. Keys are `/`-separated paths of `[a-zA-Z0-9._-]` parts. */
export interface BlobStore {
	/** Moves a finished local file in. */
	put(key: string, localPath: string): Promise<void>;
	stat(key: string): Promise<{ readonly byteCount: number; readonly etag: string } | null>;
	/** Both ends inclusive. */
	read(key: string, range?: { readonly start: number; readonly end: number }): Promise<Readable>;
	/** Streams an upload in; UNREADABLE_FILE or LIMIT_EXCEEDED where it cannot. */
	write(key: string, content: Readable, limitBytes: number): Promise<{ readonly byteCount: number }>;
	/** A local path to read the blob from (the file itself where it is local). */
	localPath(key: string): Promise<string>;
	remove(key: string): Promise<void>;
}
