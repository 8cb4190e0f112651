import { execFile } from "node:child_process";
import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";

/** Which processes are servers of a cluster, the first of them or its children. */
export interface ServerProcesses {
	readonly pids: readonly number[];
	/** Whether all there may be have been seen: then a process id that was written down earlier says nothing. */
	readonly complete: boolean;
}

const run = promisify(execFile);

/** `postmaster` is what `postmaster.pid` says, whose number may have been given to another program since. */
export async function serverProcesses(cluster: string, postmaster: number): Promise<ServerProcesses> {
	if (process.platform === "linux") return await fromProc(await realpath(cluster), postmaster);
	const isServer = process.platform !== "win32" && (await programOf(postmaster)).startsWith("postgres");
	return { pids: isServer ? [postmaster] : [], complete: false };
}

/** A server and its children have the cluster as their working directory. */
async function fromProc(folder: string, postmaster: number): Promise<ServerProcesses> {
	const pids: number[] = [];
	let complete = true;
	for (const name of await readdir("/proc")) {
		if (!/^\d+$/.test(name)) continue;
		const status = postgresStatus(await readFile(`/proc/${name}/stat`, "utf8").catch(() => ""));
		if (status === undefined) continue;
		const pid = Number(name);
		const cwd = await workingDirectory(pid);
		if (cwd === folder) {
			pids.push(pid);
		} else if (cwd === hidden) {
			// Containers often keep root from looking at other users' processes.
			complete = false;
			if (pid === postmaster || status.parent === postmaster) pids.push(pid);
		}
	}
	return { pids, complete };
}

const hidden = Symbol("the working directory of another user's process");

/** Undefined: the process has ended. */
async function workingDirectory(pid: number): Promise<string | typeof hidden | undefined> {
	try {
		return await readlink(`/proc/${pid}/cwd`);
	} catch (error) {
		const code = error instanceof Error && "code" in error ? error.code : undefined;
		return code === "EACCES" || code === "EPERM" ? hidden : undefined;
	}
}

/** `pid (program) state parent …`. Undefined for other programs and for those that have ended. */
function postgresStatus(stat: string): { readonly parent: number } | undefined {
	const [, program, state, parent] = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat) ?? [];
	if (program !== "postgres" || state === "Z" || state === "X") return undefined;
	return { parent: Number(parent) };
}

async function programOf(pid: number): Promise<string> {
	const { stdout } = await run("ps", ["-p", String(pid), "-o", "comm="]).catch(() => ({ stdout: "" }));
	return basename(stdout.trim());
}
