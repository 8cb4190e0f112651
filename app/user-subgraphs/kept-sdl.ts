import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sdlHash } from "../../core/federation/sdl-hash.ts";

/**
 * The last SDL of a subgraph that composed with ours, kept in the data folder: with it the graph is whole after a start,
 * also while the subgraph is down.
 */
export interface KeptSdl {
	/** Null: there is none, or it was not written to its end. */
	read(): Promise<string | null>;
	write(sdl: string): Promise<void>;
}

const heading = "# sha256 ";

export function keptSdl(home: string, subgraph: string): KeptSdl {
	const folder = join(home, "subgraphs");
	const path = join(folder, `${subgraph}.graphql`);
	return {
		async read() {
			const content = await readFile(path, "utf8").catch(() => "");
			const end = content.indexOf("\n");
			const sdl = content.slice(end + 1);
			return content.slice(0, end) === heading + sdlHash(sdl) ? sdl : null;
		},
		async write(sdl) {
			await mkdir(folder, { recursive: true });
			const draft = `${path}.${process.pid}`;
			await writeFile(draft, `${heading}${sdlHash(sdl)}\n${sdl}`);
			await rename(draft, path);
		},
	};
}
