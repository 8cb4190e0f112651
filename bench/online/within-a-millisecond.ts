import type { ServerProcess } from "./server-process.ts";

/** Of a histogram of `/metrics`: how many were counted, and how many of them within a millisecond. */
export async function withinMillisecond(
	server: ServerProcess,
	histogram: string,
): Promise<[all: number, within: number]> {
	const text = await (await fetch(`${server.url}/metrics`)).text();
	const sum = (pattern: RegExp): number =>
		[...text.matchAll(pattern)].reduce((total, [, count]) => total + Number(count), 0);
	return [
		sum(new RegExp(`^${histogram}_count\\{[^}]*\\} (\\d+)$`, "gm")),
		sum(new RegExp(`^${histogram}_bucket\\{le="0.001",[^}]*\\} (\\d+)$`, "gm")),
	];
}
