import { requirePermission } from "../../core/access/require-permission.ts";
import type { BlobStore } from "../../core/ports/blob-store.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { FeatureJoin, ScanPlan } from "../../core/ports/feature-join.ts";
import type { FrameFiles } from "../../core/ports/offline-engine.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { UploadStore } from "../../core/ports/upload-store.ts";
import { joinReads } from "./draw/draw.ts";
import { resolveRequest, type TrainingSetQuestion } from "./resolve-request.ts";
import type { FrozenLabels } from "./training-request.ts";
import { uploadKey } from "./uploads/upload-paths.ts";

export interface ExplainDeps {
	readonly clock: Clock;
	readonly registry: RegistryReader;
	readonly join: FeatureJoin;
	readonly uploads: UploadStore;
	readonly frames: Pick<FrameFiles, "rowCount">;
	readonly blobs: Pick<BlobStore, "localPath">;
	readonly mostInlineRows: number;
}

/** How `createTrainingSet` would draw it: one entry for each scan of rows. Nothing is recorded, and no row is read. */
export async function explainTrainingSet(
	deps: ExplainDeps,
	principal: Principal,
	input: TrainingSetQuestion & { readonly project: string },
	signal: AbortSignal,
): Promise<readonly ScanPlan[]> {
	requirePermission(principal, "READ_VALUES", input.project);
	const snapshot = await deps.registry.snapshot(input.project);
	const { timestampColumn, known } = input;
	const { selection, labels } = await resolveRequest(deps, snapshot, input, deps.clock.now());
	const rowCount = await labelCount(deps, labels);
	const request = { reads: joinReads(selection), known, positions: null, signal };
	return deps.join.explain({ timestampColumn, rowCount }, request);
}

/** Where it is known without reading them. */
async function labelCount({ frames, blobs }: ExplainDeps, labels: FrozenLabels): Promise<number | null> {
	if (labels.kind === "rows") return labels.values[0]?.length ?? 0;
	if (labels.kind !== "upload") return null;
	return frames.rowCount(await blobs.localPath(uploadKey(labels.uploadId)), labels.format);
}
