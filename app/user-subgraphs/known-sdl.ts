import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { SubgraphSource } from "../../schema/compose.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { keptSdl } from "./kept-sdl.ts";

/**
 * What is known of the users' subgraphs without asking them: the SDL that last composed with ours, where this process
 * shares the data folder with a gateway; else the file that is configured. One of which nothing is known is left out.
 */
export async function knownSdl({
	home,
	subgraphs,
}: Pick<Configuration, "home" | "subgraphs">): Promise<readonly SubgraphSource[]> {
	const sources = await Promise.all(
		subgraphs.map(async ({ name, schema }) => {
			const kept = await keptSdl(home, name).read();
			const sdl = kept ?? (schema === null ? null : await readFile(resolve(schema), "utf8").catch(() => null));
			return sdl === null ? [] : [{ name, sdl }];
		}),
	);
	return sources.flat();
}
