/** Writes the reference pages that are derived from the code; with `--check` fails when one is not up to date. */
import { readFile, writeFile } from "node:fs/promises";
import { configurationReference } from "./reference/configuration.ts";
import { errorsReference } from "./reference/errors.ts";

const pages = { "docs/errors.md": errorsReference(), "docs/configuration.md": configurationReference() };

for (const [filename, content] of Object.entries(pages)) {
	const present = await readFile(filename, "utf8").catch(() => null);
	if (present === content) process.stdout.write(`${filename} is up to date.\n`);
	else if (process.argv.includes("--check")) {
		process.stderr.write(`${filename} is not what the code says.\nMend with: npm run generate:reference\n`);
		process.exitCode = 1;
	} else {
		await writeFile(filename, content);
		process.stdout.write(`Wrote ${filename}.\n`);
	}
}
