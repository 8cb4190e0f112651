import { isAllowed, requirePermission } from "../../core/access/require-permission.ts";
import type { FileFormat } from "../../core/ports/offline-engine.ts";
import type { Page, Paged } from "../../core/ports/paging.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { TrainingSet, TrainingStore } from "../../core/ports/training-store.ts";
import { drawCheckpointOf } from "./draw/draw-checkpoint.ts";

interface ReadDeps {
	readonly registry: RegistryReader;
	readonly training: TrainingStore;
}

const extensions: Readonly<Record<FileFormat, string>> = {
	PARQUET: "parquet",
	ARROW: "arrow",
	CSV: "csv",
	NDJSON: "ndjson",
};

/** The name of its file. */
export const trainingSetFile = (id: string, format: FileFormat): string => `${id}.${extensions[format]}`;

/** Where its file lies among the blobs. */
export const trainingSetKey = (id: string, format: FileFormat): string =>
	`training-sets/${trainingSetFile(id, format)}`;

/** Where the file of one of its splits lies among the blobs; parts have plain names. */
export const splitKey = (id: string, part: string, format: FileFormat): string =>
	`training-sets/${id}/splits/${part}.${extensions[format]}`;

/** Where a split is downloaded on the gateway. */
export const splitUrl = ({ run, format }: TrainingSet, part: string): string =>
	`/files/${splitKey(run.id, part, format)}`;

/** Where the list of its files lies, where it is in several. */
export const manifestKey = (id: string): string => `training-sets/${id}/manifest.json`;

/** Its download path on the gateway, of its manifest where it is in several files; null until it has succeeded. */
export function trainingSetUrl({ run, format }: TrainingSet): string | null {
	if (run.state !== "SUCCEEDED") return null;
	const files = drawCheckpointOf(run.checkpoint)?.files ?? null;
	return `/files/${files === null ? trainingSetKey(run.id, format) : manifestKey(run.id)}`;
}

/** A training set that the principal may see; null otherwise. */
export async function trainingSet(
	{ training }: Pick<ReadDeps, "training">,
	principal: Principal,
	id: string,
): Promise<TrainingSet | null> {
	const found = await training.get(id);
	return found !== null && isAllowed(principal, "READ", found.run.project) ? found : null;
}

/** May this principal read that file? What is no training set's is for all who read values, were there such a file. */
export async function mayDownload(
	{ training }: Pick<ReadDeps, "training">,
	principal: Principal,
	key: string,
): Promise<boolean> {
	const id = /^training-sets\/([^/.]+)[./]/.exec(key)?.[1];
	const found = id === undefined ? null : await training.get(id);
	// Of which project a file was whose training set is gone, nobody knows.
	return found === null
		? principal.projects === null && principal.permissions.has("READ_VALUES")
		: isAllowed(principal, "READ_VALUES", found.run.project);
}

/** Newest first. */
export async function trainingSets(
	{ registry, training }: ReadDeps,
	principal: Principal,
	project: string,
	page: Page,
): Promise<Paged<TrainingSet>> {
	requirePermission(principal, "READ", project);
	const { projectId } = await registry.snapshot(project);
	return training.list(projectId, page);
}
