import { type Command, Option } from "commander";
import type { Connection } from "../client/connection.ts";
import { knownOf } from "./known.ts";
import { labelSourceOf } from "./label-source.ts";
import { selectionOf } from "./selection.ts";

export interface TrainingSetOptions {
	readonly service?: string;
	readonly source?: string;
	readonly labels?: string;
	readonly timestamp: string;
	readonly known?: string;
	readonly format: string;
	readonly name?: string;
	readonly fullNames: boolean;
}

/** The options that say which training set is meant. */
export const withTrainingSetOptions = (command: Command): Command =>
	command
		.argument("[features...]", "`view:feature`, `view:*`")
		.option("--service <name>", "the features of a service")
		.option("--source <name>", "label rows: a registered source")
		.option("--labels <file>", "label rows: a local Parquet, CSV, NDJSON or Arrow file")
		.option("--timestamp <column>", "the column of the instants", "event_timestamp")
		.option("--known <when>", "only what the store knew: `label-time`, or an instant")
		.addOption(
			new Option("--format <format>", "of the file").choices(["parquet", "arrow", "csv", "ndjson"]).default("parquet"),
		)
		.option("--name <name>", "a name for the training set")
		.option("--full-names", "name columns `view__feature`", false);

/** `CreateTrainingSetInput` without its project; a local label file is uploaded. */
export async function trainingSetInputOf(
	connection: Connection,
	features: readonly string[],
	options: TrainingSetOptions,
): Promise<Readonly<Record<string, unknown>>> {
	return {
		name: options.name ?? null,
		select: selectionOf(features, options.service),
		labels: await labelSourceOf(connection, options),
		timestampColumn: options.timestamp,
		known: knownOf(options.known),
		format: options.format.toUpperCase(),
		fullFeatureNames: options.fullNames,
	};
}
