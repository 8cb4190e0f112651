import type { FeatureDefinition } from "../definitions/model.ts";
import type { EntityVersion, ServiceVersion, SourceVersion, ViewVersion } from "./snapshot.ts";

/** One object of the registry, whatever its kind, under its type's name in the graph. */
export type RegistryObject = { readonly project: string } & (
	| { readonly kind: "Entity"; readonly version: EntityVersion }
	| { readonly kind: "DataSource"; readonly version: SourceVersion }
	| { readonly kind: "FeatureView"; readonly version: ViewVersion }
	| { readonly kind: "Feature"; readonly version: ViewVersion; readonly feature: FeatureDefinition }
	| { readonly kind: "FeatureService"; readonly version: ServiceVersion }
);

export type RegistryObjectKind = RegistryObject["kind"];

export type EntityObject = Extract<RegistryObject, { kind: "Entity" }>;
export type DataSourceObject = Extract<RegistryObject, { kind: "DataSource" }>;
export type FeatureViewObject = Extract<RegistryObject, { kind: "FeatureView" }>;
export type FeatureObject = Extract<RegistryObject, { kind: "Feature" }>;
export type FeatureServiceObject = Extract<RegistryObject, { kind: "FeatureService" }>;
