import { join, parse } from "node:path";
import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { downloadRows } from "../client/download-rows.ts";
import { download } from "../client/files.ts";
import { RequestFailed } from "../client/request-failed.ts";
import { type TrainingSetOptions, trainingSetInputOf, withTrainingSetOptions } from "../input/training-set.ts";
import { drawTrainingSet } from "../operations/training-sets.ts";
import { printJson } from "../output/data.ts";
import { printLeakage } from "../output/leakage.ts";

export const trainingSetCommand = () =>
	withTrainingSetOptions(new Command("training-set"))
		.description("Draws a point-in-time correct training set into a file.")
		.option("--out <file>", "download it to this file (one in parts to a folder of this name), its splits beside it")
		.action(async (features: string[], options: TrainingSetOptions & { readonly out?: string }, command: Command) => {
			const connection = connectionOf(command);
			const drawn = await drawTrainingSet(connection, await trainingSetInputOf(connection, features, options));
			if (drawn.failure !== null) throw new RequestFailed([drawn.failure]);
			if (options.out !== undefined && drawn.url !== null) {
				await downloadRows(connection, drawn.url, options.out);
				for (const { name, url } of drawn.splits ?? []) await download(connection, url, besideOf(options.out, name));
			}
			printLeakage(drawn.leakage);
			if (connection.json) printJson(drawn);
			else process.stdout.write(`${options.out ?? new URL(drawn.url ?? "", `${connection.url}/`).href}\n`);
		});

/** `set.parquet` -> `set.train.parquet` */
function besideOf(path: string, split: string): string {
	const { dir, name, ext } = parse(path);
	return join(dir, `${name}.${split}${ext}`);
}
