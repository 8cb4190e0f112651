import type { Micros } from "../values/value.ts";
import type { Page, Paged } from "./paging.ts";

export interface Model {
	readonly id: string;
	readonly projectId: number;
	readonly project: string;
	readonly name: string;
	readonly description: string | null;
	readonly tags: readonly string[];
	readonly createdAt: Micros;
}

/** Immutable from its registration on. */
export interface ModelVersion {
	readonly id: string;
	readonly model: Model;
	/** 1, 2, 3 … per model; a number is never given twice. */
	readonly version: number;
	readonly description: string | null;
	readonly tags: readonly string[];
	readonly artifactUri: string | null;
	/** The feature service version (registry id) that it reads. */
	readonly serviceVersionId: number | null;
	/** The training set (run id) that it was trained on. */
	readonly trainingSetId: string | null;
	readonly createdAt: Micros;
	readonly createdBy: string | null;
}

export interface NewModelVersion {
	readonly projectId: number;
	readonly project: string;
	readonly model: string;
	readonly description: string | null;
	readonly tags: readonly string[];
	readonly artifactUri: string | null;
	readonly serviceVersionId: number | null;
	readonly trainingSetId: string | null;
	readonly createdAt: Micros;
	/** Also in the audit log, which is written with it. */
	readonly createdBy: string;
}

export interface ModelStore {
	/** Makes the model at its first version; gives the next number under a lock of the model. */
	register(version: NewModelVersion): Promise<ModelVersion>;
	model(projectId: number, name: string): Promise<Model | null>;
	modelById(id: string): Promise<Model | null>;
	/** By name; the cursor is a name. */
	models(projectId: number, page: Page): Promise<Paged<Model>>;
	version(modelId: string, version: number): Promise<ModelVersion | null>;
	versionById(id: string): Promise<ModelVersion | null>;
	/** The newest version registered at or before `at` (null: at all). */
	latest(modelId: string, at: Micros | null): Promise<ModelVersion | null>;
	/** Newest first; the cursor is a version number. */
	versions(modelId: string, page: Page): Promise<Paged<ModelVersion>>;
	/** Of any model that reads one of these service versions, newest first; the cursor is an id. */
	versionsOfServices(serviceVersionIds: readonly number[], page: Page): Promise<Paged<ModelVersion>>;
}
