import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { RequestFailed } from "../client/request-failed.ts";

export interface DefinitionFile {
	readonly path: string;
	readonly content: string;
}

/** All `.yaml` and `.yml` files below a folder (or the one file), in the order of their paths. */
export async function readDefinitionFiles(root: string): Promise<DefinitionFile[]> {
	const found = await stat(root).catch(() => null);
	if (found === null) throw notThere(root, "There is no such folder.");
	const paths = found.isFile() ? [root] : await yamlFilesBelow(root);
	if (paths.length === 0) throw notThere(root, "The folder holds no .yaml file.");
	return Promise.all(
		paths.map(async (path) => ({
			path: relative(process.cwd(), path).replaceAll("\\", "/"),
			content: await readFile(path, "utf8"),
		})),
	);
}

async function yamlFilesBelow(folder: string): Promise<string[]> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((path) => !/(^|\/)(node_modules|\.[^/]+)\//.test(relative(folder, path).replaceAll("\\", "/")))
		.sort();
}

function notThere(root: string, message: string): RequestFailed {
	return new RequestFailed([
		{
			code: "UNREADABLE_FILE",
			message: `${root}: ${message}`,
			hint: "`featuregraph init FOLDER` makes a starter project.",
		},
	]);
}
