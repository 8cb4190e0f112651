/** Temporary files and folders under one folder, named so that what a killed process left behind can be told and removed. */
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

const spelling = /^scratch-(\d+)-/;

/** A path of its own, not made yet. */
export const scratchPath = (directory: string): string => join(directory, `scratch-${process.pid}-${randomUUID()}`);

/** Removes what processes that no longer live left in `directory`. To be called at start. */
export async function removeStaleScratch(directory: string): Promise<void> {
	const names = await readdir(directory).catch(() => []);
	for (const name of names) {
		const pid = spelling.exec(name)?.[1];
		if (pid === undefined || isAlive(Number(pid))) continue;
		await rm(join(directory, name), { recursive: true, force: true });
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// EPERM: it lives, under another user.
		return error instanceof Error && "code" in error && error.code === "EPERM";
	}
}
