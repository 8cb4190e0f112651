import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../test/support/free-port.ts";

export interface ServerProcess {
	readonly url: string;
	readonly pid: number;
	/** Processor time so far, in microseconds. */
	cpuMicros(): Promise<number>;
	residentBytes(): Promise<number>;
	/** How long its main thread could have run so far and had no processor, in microseconds. */
	waitedMicros(): Promise<number>;
	/** Looks for a while at what it takes when nobody asks. */
	restIdle(): Promise<void>;
	/** Of one processor, as `restIdle` saw it. */
	readonly idleCpuShare: number;
	stop(): Promise<void>;
}

const idleMillis = 3000;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** A program of ours that takes its port from PORT, and says on stdout that it is ready. */
export async function startProcess(
	program: string,
	args: readonly string[],
	env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
	const port = String(await freePort());
	const child = spawn(process.execPath, [`${root}${program}`, ...args], {
		env: { ...inherited(), PORT: port, LOG_LEVEL: "error", ...env },
		stdio: ["ignore", "pipe", "inherit"],
	});
	await ready(child, program);
	const pid = child.pid ?? 0;
	const server: ServerProcess & { idleCpuShare: number } = {
		idleCpuShare: 0,
		url: `http://127.0.0.1:${port}`,
		pid,
		cpuMicros: () => cpuMicrosOf(pid),
		async restIdle() {
			const before = await server.cpuMicros();
			const began = performance.now();
			await new Promise((resolve) => setTimeout(resolve, idleMillis));
			server.idleCpuShare = ((await server.cpuMicros()) - before) / 1000 / (performance.now() - began);
		},
		async residentBytes() {
			return Number((await readFile(`/proc/${pid}/statm`, "utf8")).split(" ")[1]) * 4096;
		},
		waitedMicros: () => waitedMicrosOf(pid),
		async stop() {
			if (child.exitCode !== null) return;
			child.kill("SIGTERM");
			await once(child, "exit");
		},
	};
	return server;
}

/** Without our own settings, which the server would refuse as unknown. */
const inherited = (): NodeJS.ProcessEnv =>
	Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("FEATUREGRAPH_BENCH_")));

/** Processor time of a process so far. */
export async function cpuMicrosOf(pid: number): Promise<number> {
	// Behind the name, which stands in parentheses: user and system time, in hundredths of a second.
	const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).split(") ").at(-1)?.split(" ") ?? [];
	return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** How long the main thread of a process could have run so far and had no processor. */
export async function waitedMicrosOf(pid: number): Promise<number> {
	return Number((await readFile(`/proc/${pid}/schedstat`, "utf8")).split(" ")[1]) / 1000;
}

async function ready(child: ChildProcess, program: string): Promise<void> {
	if (child.stdout === null) throw new Error("no output to wait for");
	const ended = once(child, "exit").then(([code]) => {
		throw new Error(`${program} ended with ${String(code)}`);
	});
	await Promise.race([once(child.stdout, "data"), ended]);
	child.stdout.resume();
	ended.catch(() => undefined);
}
