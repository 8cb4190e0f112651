import type { Column } from "../values/type.ts";
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
	/** What its columns must be; null: nothing is asked of them. */
	readonly expected: ExpectedLabels | null;
	readonly createdAt: Micros;
	readonly createdBy: string;
}

/** What label rows must have for the training set that they are for. */
export interface ExpectedLabels {
	readonly timestampColumn: string;
	readonly joinKeys: readonly Column[];
	readonly request: readonly Column[];
	/** Names that label columns cannot have. */
	readonly features: readonly { readonly name: string }[];
}

export interface UploadStore {
	/** False where its creator has `mostOpen` that no training set uses yet. */
	create(upload: Upload, mostOpen: number): Promise<boolean>;
	get(id: string): Promise<Upload | null>;
	received(id: string, byteCount: bigint, at: Micros): Promise<void>;
	/** A training set takes its labels from it: it is kept from now on. */
	use(id: string, at: Micros): Promise<void>;
	/** Removes the records of uploads made before `before` that nothing uses; their ids, whose files are to go too. */
	expire(before: Micros, limit: number): Promise<string[]>;
}
