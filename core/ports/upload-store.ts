import type { Micros } from "../values/value.ts";
import type { FileFormat } from "./offline-engine.ts";

/** A file of label rows on its way in. */
export interface Upload {
	/** UUID. */
	readonly id: string;
	readonly projectId: number;
	readonly project: string;
	readonly format: FileFormat;
	/** As announced; null: not said. */
	readonly byteCount: bigint | null;
	/** When the file was whole; null: not yet. */
	readonly receivedAt: Micros | null;
	readonly createdAt: Micros;
	readonly createdBy: string;
}

export interface UploadStore {
	create(upload: Upload): Promise<void>;
	get(id: string): Promise<Upload | null>;
	received(id: string, byteCount: bigint, at: Micros): Promise<void>;
	/** A training set takes its labels from it: it is kept from now on. */
	use(id: string, at: Micros): Promise<void>;
	/** Removes the records of uploads made before `before` that nothing uses; their ids, whose files are to go too. */
	expire(before: Micros, limit: number): Promise<string[]>;
}
