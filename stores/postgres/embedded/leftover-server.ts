import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { serverProcesses } from "./server-processes.ts";

const patienceMs = 15_000;

/**
 * Ends a server that outlived the process which started it. The caller holds the lock of the folder, so nobody else
 * owns that server. Waits for its children too: they hold the shared memory that a new server would refuse to share.
 * Returns the folder of its sockets where a server ended without removing them.
 */
export async function endLeftoverServer(cluster: string, logger: Logger): Promise<string | undefined> {
	const pidFile = join(cluster, "postmaster.pid");
	const { postmaster, socketFolder } = await readPidFile(pidFile);
	if (postmaster === undefined) return undefined;
	const deadline = performance.now() + patienceMs;
	let asked = false;
	for (;;) {
		const { pids, complete } = await serverProcesses(cluster, postmaster);
		if (pids.length === 0) {
			// A server refuses to start while any process has that number: after a kill, or in a new container, another may.
			if (complete) await rm(pidFile, { force: true });
			return socketFolder;
		}
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

/** A server removes this file when it stops. Its first line is the process, its fifth where the sockets are. */
async function readPidFile(
	path: string,
): Promise<{ postmaster: number | undefined; socketFolder: string | undefined }> {
	const lines = (await readFile(path, "utf8").catch(() => "")).split("\n");
	const pid = Number.parseInt(lines[0] ?? "", 10);
	const socketFolder = lines[4] === "" ? undefined : lines[4];
	return { postmaster: Number.isInteger(pid) && pid > 0 ? pid : undefined, socketFolder };
}
