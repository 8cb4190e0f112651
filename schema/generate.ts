import { readFile, writeFile } from "node:fs/promises";
import { generate } from "@graphql-codegen/cli";
import { codegenConfig } from "./codegen.ts";
import { compose } from "./compose.ts";
import { subgraphNames, subgraphSdl } from "./subgraph-sdl.ts";

interface GeneratedFile {
	readonly filename: string;
	readonly content: string;
}

/** Writes what is derived from the contract: the supergraph of an empty registry and the resolvers' types. */
const checking = process.argv.includes("--check");
const header = "# Composed from the subgraphs by `npm run generate`, for an empty registry.\n\n";

const { supergraphSdl } = compose(subgraphNames.map((name) => ({ name, sdl: subgraphSdl(name) })));
const files = [
	{ filename: "schema/supergraph.graphql", content: `${header}${supergraphSdl.trimEnd()}\n` },
	...((await generate(codegenConfig, false)) as readonly GeneratedFile[]),
];

const stale: string[] = [];
for (const { filename, content } of files) {
	const present = await readFile(filename, "utf8").catch(() => null);
	if (present === content) continue;
	stale.push(filename);
	if (!checking) await writeFile(filename, content);
}

if (checking && stale.length > 0) {
	console.error(`Generated files are not those of the contract: ${stale.join(", ")}.\nMend with: npm run generate`);
	process.exitCode = 1;
} else {
	console.log(stale.length === 0 ? "Generated files are up to date." : `Wrote ${stale.join(", ")}.`);
}
