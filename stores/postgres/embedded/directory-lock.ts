import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

export interface DirectoryLock {
	release(): void;
}

/**
 * Holds a folder for this process. The lock is the operating system's (SQLite's lock on a file), so that it ends with
 * the process however that ends: there is no stale lock to recover.
 */
export function lockDirectory(folder: string): DirectoryLock {
	const holder = join(folder, "lock.pid");
	const lock = acquire(folder, holder);
	writeFileSync(holder, `${process.pid}\n`, { mode: 0o644 });
	let held = true;
	return {
		release() {
			if (!held) return;
			held = false;
			rmSync(holder, { force: true });
			lock.close();
		},
	};
}

function acquire(folder: string, holder: string): DatabaseSync {
	let lock: DatabaseSync | undefined;
	try {
		lock = new DatabaseSync(join(folder, "lock"));
		lock.exec("BEGIN EXCLUSIVE");
		return lock;
	} catch (error) {
		lock?.close();
		const busy = error instanceof Error && "errcode" in error && error.errcode === sqliteBusy;
		if (!busy) {
			throw new FeaturegraphError(
				"CONFIGURATION_INVALID",
				`The database folder ${folder} cannot be locked: ${error instanceof Error ? error.message : String(error)}.`,
				{ hint: "Make it writable for this user, or set FEATUREGRAPH_HOME to another folder." },
				{ cause: error },
			);
		}
		throw new FeaturegraphError(
			"CONFIGURATION_INVALID",
			`The database folder ${folder} is in use by process ${holderOf(holder)}.`,
			{ hint: "Stop that process, or set FEATUREGRAPH_HOME to another folder." },
		);
	}
}

const sqliteBusy = 5;

function holderOf(file: string): string {
	try {
		return readFileSync(file, "utf8").trim();
	} catch {
		return "(starting)";
	}
}
