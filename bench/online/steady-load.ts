import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { ServerProcess } from "./server-process.ts";
import type { Shot } from "./shots.ts";
import type { Sending, Sent } from "./steady-sender.ts";

const niceness = "10";
const program = fileURLToPath(new URL("steady-sender.ts", import.meta.url));

/**
 * A load below what the server can do, at random times. The other generator (`load.ts`) would send what a second may have as fast
 * as it can and rest until the next: half of the saturating load would be all of it, half of the time.
 */
export async function steadyLoad(
	server: ServerProcess,
	{ path, contentType, body }: Shot,
	extent: Pick<Sending, "perSecond" | "seconds" | "connections">,
	/** Called when what is sent begins to count. */
	onWarm: () => void = () => undefined,
): Promise<Sent> {
	const sending: Sending = { url: server.url, path, contentType, body: String(body), ...extent };
	// Clients elsewhere would not take the processors that the server needs. By `nice`, which all threads of the process inherit.
	const sender = spawn("nice", ["-n", niceness, process.execPath, program, JSON.stringify(sending)], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	let last = "";
	for await (const line of createInterface({ input: sender.stdout })) {
		if (line === "warm") onWarm();
		last = line;
	}
	return JSON.parse(last) as Sent;
}
