/** Time and processor time of work that spans processes: ours, and those of a database server. */
import { readdirSync, readFileSync } from "node:fs";

export interface Measured {
	readonly ms: number;
	/** Of this process and of the server's. */
	readonly cpuMs: number;
}

const ticksPerSecond = 100;

/** Processor time of a server and of its processes, those that have ended too, in milliseconds. */
function serverCpuMs(pid: number): number {
	let ticks = 0;
	for (const entry of readdirSync("/proc")) {
		if (!/^\d+$/.test(entry)) continue;
		try {
			const fields = readFileSync(`/proc/${entry}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
			const own = Number(fields[11]) + Number(fields[12]);
			if (Number(entry) === pid) ticks += own + Number(fields[13]) + Number(fields[14]);
			else if (Number(fields[1]) === pid) ticks += own;
		} catch {
			// It has ended since.
		}
	}
	return (ticks / ticksPerSecond) * 1000;
}

async function measured(work: () => Promise<void>, server: number | null): Promise<Measured> {
	const [began, own, other] = [performance.now(), process.cpuUsage(), server === null ? 0 : serverCpuMs(server)];
	await work();
	const { user, system } = process.cpuUsage(own);
	const more = server === null ? 0 : serverCpuMs(server) - other;
	return { ms: performance.now() - began, cpuMs: (user + system) / 1000 + more };
}

/** The medians of some rounds of each, in turns. */
export async function inTurns(
	works: Readonly<Record<string, () => Promise<void>>>,
	rounds: number,
	server: number | null = null,
): Promise<Readonly<Record<string, Measured>>> {
	const seen = new Map<string, Measured[]>();
	for (let round = 0; round < rounds; round++) {
		for (const [name, work] of Object.entries(works)) {
			const result = await measured(work, server);
			seen.set(name, [...(seen.get(name) ?? []), result]);
			process.stderr.write(`${name}: ${Math.round(result.ms)} ms, processors ${Math.round(result.cpuMs)} ms\n`);
		}
	}
	return Object.fromEntries([...seen].map(([name, results]) => [name, median(results)]));
}

function median(results: readonly Measured[]): Measured {
	const middle = (values: readonly number[]): number =>
		[...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
	return { ms: middle(results.map(({ ms }) => ms)), cpuMs: middle(results.map(({ cpuMs }) => cpuMs)) };
}
