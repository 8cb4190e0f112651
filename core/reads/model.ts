/** A selection of features, resolved against one revision of the registry: what online and offline reads both follow. */
import type { BatchViewVersion, OnDemandViewVersion, RegistrySnapshot, ViewVersion } from "../registry/snapshot.ts";
import type { Column, ValueType } from "../values/type.ts";

export type Selection = { readonly features: readonly string[] } | { readonly featureService: string };

/** Reads a view under another name through other columns. */
export interface RequestBinding {
	readonly alias: string;
	readonly view: string;
	readonly joinKeys: readonly { readonly joinKey: string; readonly column: string }[];
}

/** One stored view to read for each row. The same view through the same columns is one read. */
export interface BatchRead {
	readonly view: BatchViewVersion;
	/** Row column of each join key, in the order of `view.joinKeys`. */
	readonly keyColumns: readonly string[];
	/** Features to fetch: those asked for, and those that expressions need. */
	readonly features: readonly string[];
}

/** One on-demand view to compute for each row, after its inputs. */
export interface OnDemandRead {
	readonly view: OnDemandViewVersion;
	/** Where each input view's values come from, in the order of `view.inputs`. */
	readonly inputs: readonly ReadReference[];
	/** Expressions to evaluate. */
	readonly features: readonly string[];
}

export type ReadReference =
	| { readonly kind: "batch"; readonly index: number }
	| { readonly kind: "onDemand"; readonly index: number };

export interface SelectedFeature {
	/** Name of the result's column: `feature`, or `prefix__feature` with full names. */
	readonly name: string;
	readonly type: ValueType;
	readonly viewVersion: ViewVersion;
	readonly feature: string;
	readonly read: ReadReference;
}

export interface ResolvedSelection {
	readonly snapshot: RegistrySnapshot;
	/** Row columns that are join keys, each once, in order of first need. */
	readonly joinKeys: readonly Column[];
	/** Row columns that on-demand views take as request data, each once. */
	readonly request: readonly Column[];
	/** In the order asked for. */
	readonly features: readonly SelectedFeature[];
	readonly batch: readonly BatchRead[];
	/** In dependency order. */
	readonly onDemand: readonly OnDemandRead[];
}
