import { Command, Option } from "commander";
import { connectionOf } from "../client/connection.ts";
import { download } from "../client/files.ts";
import { RequestFailed } from "../client/request-failed.ts";
import { knownOf } from "../input/known.ts";
import { labelSourceOf } from "../input/label-source.ts";
import { selectionOf } from "../input/selection.ts";
import { drawTrainingSet } from "../operations/training-sets.ts";
import { printJson } from "../output/data.ts";

interface TrainingSetOptions {
	readonly service?: string;
	readonly source?: string;
	readonly labels?: string;
	readonly timestamp: string;
	readonly known?: string;
	readonly format: string;
	readonly name?: string;
	readonly fullNames: boolean;
	readonly out?: string;
}

export const trainingSetCommand = () =>
	new Command("training-set")
		.description("Draws a point-in-time correct training set into a file.")
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
		.option("--full-names", "name columns `view__feature`", false)
		.option("--out <file>", "download it to this file")
		.action(async (features: string[], options: TrainingSetOptions, command: Command) => {
			const connection = connectionOf(command);
			const drawn = await drawTrainingSet(connection, {
				name: options.name ?? null,
				select: selectionOf(features, options.service),
				labels: await labelSourceOf(connection, options),
				timestampColumn: options.timestamp,
				known: knownOf(options.known),
				format: options.format.toUpperCase(),
				fullFeatureNames: options.fullNames,
			});
			if (drawn.failure !== null) throw new RequestFailed([drawn.failure]);
			if (options.out !== undefined && drawn.url !== null) await download(connection, drawn.url, options.out);
			if (connection.json) printJson(drawn);
			else process.stdout.write(`${options.out ?? new URL(drawn.url ?? "", `${connection.url}/`).href}\n`);
		});
