import { execFile } from "node:child_process";
import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../../core/ports/logger.ts";

const patienceMs = 15_000;
const run = promisify(execFile);

/**
 * Ends a server that outlived the process which started it. The caller holds the lock of the folder, so nobody else
 * owns that server. Waits for its children too: they hold the shared memory that a new server would refuse to share.
 */
export async function endLeftoverServer(cluster: string, logger: Logger): Promise<void> {
	const postmaster = await recordedPid(cluster);
	if (postmaster === undefined) return;
	const deadline = performance.now() + patienceMs;
	let asked = false;
	for (;;) {
		const pids = await serverProcesses(cluster, postmaster);
		if (pids.length === 0) return;
		if (!asked && pids.includes(postmaster)) {
			logger.warn({ pid: postmaster, cluster }, "ending a PostgreSQL server that outlived its process");
			process.kill(postmaster, "SIGINT");
			asked = true;
		}
		if (performance.now() > deadline) {
			throw new FeaturegraphError(
				"CONFIGURATION_INVALID",
				`The PostgreSQL server of ${cluster} (process ${postmaster}) is still running and does not stop.`,
				{ hint: `End process ${postmaster}, then start again.` },
			);
		}
		await sleep(20);
	}
}

/** The first line of `postmaster.pid`, which a server removes when it stops. */
async function recordedPid(cluster: string): Promise<number | undefined> {
	const text = await readFile(join(cluster, "postmaster.pid"), "utf8").catch(() => "");
	const pid = Number.parseInt(text, 10);
	return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** A process id may have been given to another program since: only processes that are this cluster's count. */
async function serverProcesses(cluster: string, postmaster: number): Promise<number[]> {
	if (process.platform !== "linux") return (await runsPostgres(postmaster)) ? [postmaster] : [];
	const folder = await realpath(cluster);
	const found: number[] = [];
	for (const name of await readdir("/proc")) {
		if (!/^\d+$/.test(name)) continue;
		const [cwd, program] = await Promise.all([link(`/proc/${name}/cwd`), link(`/proc/${name}/exe`)]);
		if (cwd === folder && program !== undefined && basename(program).startsWith("postgres")) found.push(Number(name));
	}
	return found;
}

const link = (path: string): Promise<string | undefined> => readlink(path).catch(() => undefined);

async function runsPostgres(pid: number): Promise<boolean> {
	if (process.platform === "win32") return false;
	const { stdout } = await run("ps", ["-p", String(pid), "-o", "comm="]).catch(() => ({ stdout: "" }));
	return basename(stdout.trim()).startsWith("postgres");
}
