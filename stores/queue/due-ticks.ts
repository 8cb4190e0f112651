import { createHash } from "node:crypto";
import { Cron } from "croner";

/** The latest instant of a cron expression (UTC; five fields, or six with seconds) in (`after`, `until`]; null: none. */
export function latestTick(cron: string, after: Date, until: Date): Date | null {
	const ticks = new Cron(cron, { timezone: "UTC", paused: true });
	let latest: Date | null = null;
	for (let next = ticks.nextRun(after); next !== null && next <= until; next = ticks.nextRun(next)) latest = next;
	return latest;
}

/** The same UUID in every process, so that the tick becomes one job however many of them see it. */
export function tickId(schedule: string, tick: Date): string {
	const hash = createHash("sha256").update(`${schedule}\n${tick.getTime()}`).digest("hex");
	return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join("-");
}
