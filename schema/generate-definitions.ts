import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { fileShape } from "../core/definitions/shapes.ts";

/** Writes the JSON Schema that editors check definition files with; `--check` only tells whether it is up to date. */
const filename = "schema/definitions.schema.json";
const checking = process.argv.includes("--check");

const content = `${JSON.stringify(z.toJSONSchema(fileShape, { io: "input" }), null, "\t")}\n`;
const present = await readFile(filename, "utf8").catch(() => null);

if (present === content) {
	console.log(`${filename} is up to date.`);
} else if (checking) {
	console.error(`${filename} is not that of the shapes.\nMend with: npm run generate:definitions`);
	process.exitCode = 1;
} else {
	await writeFile(filename, content);
	console.log(`Wrote ${filename}.`);
}
