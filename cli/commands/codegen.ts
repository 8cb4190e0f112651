import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { connectionOf } from "../client/connection.ts";
import { requestServices, requestViews } from "../operations/registry-types.ts";
import { printMessage } from "../output/data.ts";
import { formatRegistryTypes } from "../output/registry-types.ts";

export const codegenCommand = () =>
	new Command("codegen")
		.description("Writes the registry as TypeScript types, so that the compiler checks feature names and values.")
		.option("--out <file>", "the module to write; stdout without it")
		.action(async (options: { readonly out?: string }, command: Command) => {
			const connection = connectionOf(command);
			const [views, services] = await Promise.all([requestViews(connection), requestServices(connection)]);
			const text = formatRegistryTypes(connection.project, views, services);
			if (options.out === undefined) process.stdout.write(text);
			else {
				await writeFile(options.out, text);
				printMessage(`Wrote ${views.length} views and ${services.length} services to ${options.out}`);
			}
		});
