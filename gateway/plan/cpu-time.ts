import { readFileSync } from "node:fs";

/** Of what the kernel counts processor time in, a hundred to the second wherever Linux runs Node. */
const millisPerTick = 10;

/** How long a process has had the processor; null where the system does not say (it is Linux that does). */
export function cpuMillis(pid: number | undefined): number | null {
	if (process.platform !== "linux" || pid === undefined) return null;
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// After the name, which may hold anything, comes the third field; user and system time are the 14th and 15th.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const ticks = Number(fields[11]) + Number(fields[12]);
		return Number.isNaN(ticks) ? null : ticks * millisPerTick;
	} catch {
		return null;
	}
}
