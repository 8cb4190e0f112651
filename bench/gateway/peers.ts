import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const folder = join(import.meta.dirname, "peers");

/** Installs the other gateways, from the lock file of their own, where they are not there yet. */
export async function installPeers(): Promise<void> {
	if (existsSync(join(folder, "node_modules", "graphql"))) return;
	process.stderr.write("Installing the other gateways\n");
	await promisify(execFile)("npm", ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]);
}
