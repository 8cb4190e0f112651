/** What a training set was asked for, as its run's row stores it: versions by id, times in microseconds as text. */
import type { FileFormat, Known } from "../../core/ports/offline-engine.ts";
import type { Json } from "../../core/ports/run-store.ts";
import type { FrozenSelection } from "../../core/reads/frozen-selection.ts";
import type { SplitDefinition } from "../../core/training/splits.ts";
import type { Column } from "../../core/values/type.ts";

export type FrozenLabels =
	| { readonly kind: "source"; readonly sourceVersionId: number }
	| { readonly kind: "sql"; readonly sourceVersionId: number; readonly query: string }
	| { readonly kind: "upload"; readonly uploadId: string; readonly format: FileFormat }
	/** Column-major, as FeatureValue JSON. */
	| { readonly kind: "rows"; readonly columns: readonly Column[]; readonly values: readonly (readonly Json[])[] }
	| { readonly kind: "everyEntity"; readonly viewVersionId: number; readonly at: readonly string[] };

export interface TrainingRequest {
	readonly selection: FrozenSelection;
	readonly serviceVersionId: number | null;
	readonly registryVersion: number;
	readonly labels: FrozenLabels;
	readonly timestampColumn: string;
	readonly known: { readonly kind: "event" | "atLabelTime" } | { readonly kind: "at"; readonly at: string };
	/** Rows taken in later are not seen, however often it is drawn. */
	readonly drawnAt: string;
	readonly format: FileFormat;
	/** Absent in requests of earlier releases, as what follows. */
	readonly splits?: SplitDefinition | null;
	/** Label columns that correlations are looked for with; null: all. */
	readonly targets?: readonly string[] | null;
}

/** Written by `createTrainingSet` alone: what a row holds has this shape. */
export const trainingRequestOf = (json: Json): TrainingRequest => json as unknown as TrainingRequest;

export const thawKnown = (known: TrainingRequest["known"]): Known =>
	known.kind === "at" ? { kind: "at", at: BigInt(known.at) } : { kind: known.kind };

export const freezeKnown = (known: Known): TrainingRequest["known"] =>
	known.kind === "at" ? { kind: "at", at: known.at.toString() } : { kind: known.kind };
