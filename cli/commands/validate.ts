import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { readDefinitionFiles } from "../input/definition-files.ts";
import { requestPlan } from "../operations/definitions.ts";
import { printJson } from "../output/data.ts";

export const validateCommand = () =>
	new Command("validate")
		.description("Checks a folder of definitions and tells every error with its file, line and column.")
		.argument("[folder]", "the definition files", ".")
		.action(async (folder: string, _options: object, command: Command) => {
			const connection = connectionOf(command);
			const files = await readDefinitionFiles(folder);
			await requestPlan(connection, files);
			if (connection.json) printJson({ valid: true, files: files.map((file) => file.path) });
			else process.stdout.write(`Valid: ${files.length} ${files.length === 1 ? "file" : "files"}.\n`);
		});
