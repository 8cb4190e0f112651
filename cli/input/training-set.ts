import { type Command, Option } from "commander";
import type { Connection } from "../client/connection.ts";
import { collect } from "./collect.ts";
import { knownOf } from "./known.ts";
import { labelSourceOf } from "./label-source.ts";
import { selectionOf } from "./selection.ts";
import { type SplitOptions, splitsOf } from "./splits.ts";

export interface TrainingSetOptions extends SplitOptions {
	readonly target: readonly string[];
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
		.option("--split <parts>", "parts by entity, `train=0.8,test=0.2`; or by time, `train,test` with --cut")
		.option("--cut <instant>", "where the next part begins (may be repeated)", collect, [])
		.option("--gap <seconds>", "rows so close before a cut are in no part")
		.option(
			"--split-key <column>",
			"what tells entities apart, by default all join keys (may be repeated)",
			collect,
			[],
		)
		.option("--salt <text>", "another one makes other parts by entity")
		.option(
			"--target <column>",
			"a label column that features must not know (may be repeated; by default all)",
			collect,
			[],
		)
		.option("--full-names", "name columns `view__feature`", false);

/** `CreateTrainingSetInput` without its project; a local label file is uploaded. */
export async function trainingSetInputOf(
	connection: Connection,
	features: readonly string[],
	options: TrainingSetOptions,
): Promise<Readonly<Record<string, unknown>>> {
	const asked = {
		select: selectionOf(features, options.service),
		timestampColumn: options.timestamp,
		fullFeatureNames: options.fullNames,
	};
	return {
		...asked,
		name: options.name ?? null,
		labels: await labelSourceOf(connection, options, asked),
		known: knownOf(options.known),
		format: options.format.toUpperCase(),
		splits: splitsOf(options),
		targets: options.target.length === 0 ? null : options.target,
	};
}
