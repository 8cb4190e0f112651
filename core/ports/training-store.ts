import type { FileFormat, LogPositions } from "./offline-engine.ts";
import type { Page, Paged } from "./paging.ts";
import type { Run } from "./run-store.ts";

/** Where a training set came from: enough to draw it again, and to tell what changed when it comes out otherwise. */
export interface TrainingSetProvenance {
	readonly registryVersion: number;
	/** Every version that was read, on-demand ones too. */
	readonly views: readonly {
		readonly id: number;
		readonly name: string;
		readonly version: number;
		readonly hash: string;
		/** The engine that read it; null for on-demand views. */
		readonly engine: string | null;
	}[];
	readonly featureService: { readonly id: number; readonly name: string; readonly version: number } | null;
	/** SHA-256 over the label columns as they were read. */
	readonly labelFingerprint: string;
	readonly columns: readonly {
		readonly name: string;
		readonly type: string;
		readonly role: "JOIN_KEY" | "REQUEST" | "LABEL" | "FEATURE";
		/** SHA-256 of its values in order. */
		readonly hash: string;
		readonly nullCount: string;
	}[];
}

/** What is known of a training set once it is drawn. */
export interface TrainingSetResult {
	readonly rowCount: bigint;
	readonly byteCount: bigint;
	readonly contentHash: string;
	readonly provenance: TrainingSetProvenance;
}

export interface TrainingSet {
	/** Its id is the training set's. */
	readonly run: Run;
	readonly name: string | null;
	readonly format: FileFormat;
	/** The pushed rows that it may read; fixed when it was asked for. */
	readonly logPositions: LogPositions;
	/** Null until it has SUCCEEDED. */
	readonly result: TrainingSetResult | null;
}

export interface TrainingStore {
	/** Beside its run, which exists already. */
	create(
		runId: string,
		set: { readonly name: string | null; readonly format: FileFormat; readonly logPositions: LogPositions },
	): Promise<void>;
	get(id: string): Promise<TrainingSet | null>;
	/** Before its run succeeds. */
	finish(id: string, result: TrainingSetResult): Promise<void>;
	/** Newest first. */
	list(projectId: number, page: Page): Promise<Paged<TrainingSet>>;
}
