import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The path of a program that a test needs, or why the test is skipped. Under CI=true nothing is skipped: a missing
 * program is an error there.
 *
 * ```ts
 * const redis = component("redis-server");
 * describe.skipIf(redis.missing)(`redis${redis.reason}`, …)
 * ```
 */
export interface Component {
	readonly path: string;
	readonly missing: boolean;
	/** For the name of what is skipped: empty, or ` (skipped: …)`. */
	readonly reason: string;
}

export function component(program: string, places: readonly string[] = searchPath()): Component {
	const path = places.map((folder) => join(folder, program)).find(isExecutable);
	if (path !== undefined) return { path, missing: false, reason: "" };
	if (process.env["CI"] === "true") throw new Error(`${program} is not installed, and CI=true skips nothing`);
	return { path: program, missing: true, reason: ` (skipped: ${program} is not installed)` };
}

const searchPath = (): string[] => [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

function isExecutable(path: string): boolean {
	try {
		accessSync(path, constants.X_OK);
		return true;
	} catch {
		return false;
	}
}
