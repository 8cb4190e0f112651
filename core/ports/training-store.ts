import type { SplitDefinition } from "../training/splits.ts";
import type { ScanPlan } from "./feature-join.ts";
import type { FrameProfile } from "./frame-profiler.ts";
import type { FileFormat, LogPositions } from "./offline-engine.ts";
import type { Page, Paged } from "./paging.ts";
import type { Run } from "./run-store.ts";

/** The rows of a source as they were when they were read. */
export interface DataProvenance {
	readonly source: string;
	readonly kind: "file" | "table" | "log";
	/** Changes when a file does; null where it cannot be told. */
	readonly fingerprint: string | null;
}

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
		/** Where its rows came from; null for on-demand views. */
		readonly data: DataProvenance | null;
	}[];
	readonly featureService: { readonly id: number; readonly name: string; readonly version: number } | null;
	/** Where the label rows came from; null where they belong to the request itself. */
	readonly labelData: DataProvenance | null;
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
	/** How it was drawn. Absent in sets of earlier releases, as what follows. */
	readonly scans?: readonly ScanPlan[];
	/** Null: it could not be told. */
	readonly profile?: FrameProfile | null;
	/** Null: it was asked for without. */
	readonly splits?: TrainingSetSplits | null;
}

export interface TrainingSetSplits {
	readonly definition: SplitDefinition;
	/** In its order. */
	readonly parts: readonly { readonly name: string; readonly rowCount: string; readonly byteCount: string }[];
}

/** How a training set that was drawn again compares with the first one. */
export interface TrainingSetComparison {
	readonly identical: boolean;
	/** By column, in their order. */
	readonly differences: readonly TrainingSetDifference[];
}

export interface TrainingSetDifference {
	readonly column: string;
	/** Rows of another value, as text; rows that one of the two lacks count. */
	readonly rowCount: string;
	readonly reason: string;
}

/** A feature whose values look like knowledge from the future. */
export interface LeakageFinding {
	readonly viewVersionId: number;
	readonly feature: string;
	readonly column: string;
	/** Of the label rows looked at, 0 to 1: those that show what the reason says; of a correlation, that have both values. */
	readonly share: number;
	readonly reason: string;
	/** Of what it goes together with too well; absent for other reasons. */
	readonly labelColumn?: string;
	/** 0 to 1; beside `labelColumn`. */
	readonly correlation?: number;
}

/** What is known of a training set once it is drawn. */
export interface TrainingSetResult {
	readonly rowCount: bigint;
	readonly byteCount: bigint;
	readonly contentHash: string;
	readonly provenance: TrainingSetProvenance;
	/** Null unless it was drawn to compare it with another one. */
	readonly comparison: TrainingSetComparison | null;
	/** Null: it could not be told. */
	readonly leakage: readonly LeakageFinding[] | null;
}

export interface TrainingSet {
	/** Its id is the training set's. */
	readonly run: Run;
	readonly name: string | null;
	readonly format: FileFormat;
	/** The pushed rows that it may read; fixed when it was asked for. */
	readonly logPositions: LogPositions;
	/** The id of the training set that this one draws again. */
	readonly reproductionOf: string | null;
	/** Null until it has SUCCEEDED. */
	readonly result: TrainingSetResult | null;
}

export interface TrainingStore {
	/** Beside its run, which exists already. */
	create(runId: string, set: Pick<TrainingSet, "name" | "format" | "logPositions" | "reproductionOf">): Promise<void>;
	get(id: string): Promise<TrainingSet | null>;
	/** Before its run succeeds. */
	finish(id: string, result: TrainingSetResult): Promise<void>;
	/** Newest first. */
	list(projectId: number, page: Page): Promise<Paged<TrainingSet>>;
}
