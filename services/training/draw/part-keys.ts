/** Where the files of a large training set lie among the blobs: in a folder under its id. */
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import type { TrainingSet } from "../../../core/ports/training-store.ts";
import { trainingSetFile, trainingSetKey } from "../training-sets.ts";
import { drawCheckpointOf } from "./draw-checkpoint.ts";

const digits = 5;

/** The name of one of its parts: by it they are in order. */
export const partName = (index: number, format: FileFormat): string =>
	trainingSetFile(`part-${String(index).padStart(digits, "0")}`, format);

export const partKey = (id: string, index: number, format: FileFormat): string =>
	`training-sets/${id}/${partName(index, format)}`;

/** Its label rows, while it is being drawn. */
export const labelsKey = (id: string): string => `training-sets/${id}/labels.parquet`;

/** Where its rows lie, in their order: one file, or several. */
export function trainingSetKeys({ run, format }: Pick<TrainingSet, "run" | "format">): readonly string[] {
	const files = drawCheckpointOf(run.checkpoint)?.files ?? null;
	return files === null ? [trainingSetKey(run.id, format)] : files.map((_, index) => partKey(run.id, index, format));
}
