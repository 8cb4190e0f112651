import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { exitCodes } from "../exit-codes.ts";
import { type DefinitionFile, readDefinitionFiles } from "../input/definition-files.ts";
import { requestPlan } from "../operations/definitions.ts";
import { printJson, printMessage } from "../output/data.ts";
import { formatPlan } from "../output/plan.ts";

/** What `plan --out` writes and `apply` takes: the files as they were, and the hash of what they would change. */
export interface SavedPlan {
	readonly project: string;
	readonly planHash: string;
	readonly files: readonly DefinitionFile[];
}

export const planCommand = () =>
	new Command("plan")
		.description("Shows what applying a folder would change. Changes nothing.")
		.argument("[folder]", "the definition files", ".")
		.option("--out <file>", "save the plan, to apply exactly it later")
		.option("--exit-code", `end with ${exitCodes.changes} when there are changes`, false)
		.action(async (folder: string, options: { out?: string; exitCode: boolean }, command: Command) => {
			const connection = connectionOf(command);
			const files = await readDefinitionFiles(folder);
			const plan = await requestPlan(connection, files);
			if (connection.json) printJson(plan);
			else process.stdout.write(`${formatPlan(plan)}\n`);
			if (options.out !== undefined) {
				const saved: SavedPlan = { project: connection.project, planHash: plan.hash, files };
				await writeFile(options.out, `${JSON.stringify(saved, null, 2)}\n`);
				printMessage(`Saved. \`featuregraph apply ${options.out}\` applies exactly this plan.`);
			}
			if (options.exitCode && plan.changes.length > 0) process.exitCode = exitCodes.changes;
		});
