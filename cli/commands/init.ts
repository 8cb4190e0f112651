import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { RequestFailed } from "../client/request-failed.ts";
import { printJson, printMessage } from "../output/data.ts";

const templateFolder = fileURLToPath(new URL("../templates/starter", import.meta.url));

export const initCommand = () =>
	new Command("init")
		.description("Makes a starter project: an entity, a push source, a view, a service and rows to try them with.")
		.argument("[folder]", "where", "features")
		.action(async (folder: string, _options: object, command: Command) => {
			const connection = connectionOf(command);
			await mkdir(folder, { recursive: true });
			const present = await readdir(folder);
			if (present.length > 0) {
				throw new RequestFailed([
					{
						code: "CONFLICT",
						message: `${folder} is not empty.`,
						hint: "Name a new folder: `featuregraph init FOLDER`.",
					},
				]);
			}
			const files = await readdir(templateFolder);
			for (const file of files) await copyFile(join(templateFolder, file), join(folder, file));
			if (connection.json) printJson({ folder, files });
			else {
				process.stdout.write(`${files.map((file) => join(folder, file)).join("\n")}\n`);
				printMessage(
					`Next: featuregraph apply ${folder}\n      featuregraph push --source trips --file ${join(folder, "trips.ndjson")}`,
				);
			}
		});
