import type { CreateTrainingSetInput } from "../../schema/generated/serving.ts";
import type { CreateTrainingSetInput as Input } from "../../services/training/create-training-set.ts";
import { bindingsOf, knownOf, labelSourceOf, selectionOf, splitsOf } from "./one-of-inputs.ts";

/** The input of the contract as the use case takes it. */
export const trainingSetInputOf = (input: CreateTrainingSetInput): Input => ({
	project: input.project ?? "default",
	name: input.name ?? null,
	select: selectionOf(input.select),
	bindings: bindingsOf(input.bindings),
	labels: labelSourceOf(input.labels),
	timestampColumn: input.timestampColumn ?? "event_timestamp",
	known: knownOf(input.known),
	format: input.format ?? "PARQUET",
	fullFeatureNames: input.fullFeatureNames ?? false,
	splits: splitsOf(input.splits),
	targets: input.targets ?? null,
	idempotencyKey: input.idempotencyKey ?? null,
});
