/** The TypeScript client of Featuregraph. */
export { FeaturegraphClientError, type FeaturegraphErrorFields } from "./errors.ts";
export type { FileFormat, Labels } from "./labels.ts";
export type { FeatureStatus, OnlineFeatures } from "./online-features.ts";
export type { ColumnProfile, Provenance, SourceState } from "./provenance.ts";
export type { PushOptions, PushResult } from "./push.ts";
export type { AnyRegistry, Bindings, RegistryTypes, ViewTypes } from "./registry-types.ts";
export {
	type AlertEvent,
	createStore,
	type HistoricalOptions,
	type PushInto,
	type Store,
	type StoreOptions,
} from "./store.ts";
export type { Difference, LeakageFinding, Reproduction, Split, Splits, TrainingSet } from "./training-set.ts";
