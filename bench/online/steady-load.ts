import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { ServerProcess } from "./server-process.ts";
import type { Shot } from "./shots.ts";
import type { Sending, Sent } from "./steady-sender.ts";

const program = fileURLToPath(new URL("steady-sender.ts", import.meta.url));

/**
 * A load below what the server can do, at random times. The other generator (`load.ts`) would send what a second may have as fast
 * as it can and rest until the next: half of the saturating load would be all of it, half of the time.
 */
export async function steadyLoad(
	server: ServerProcess,
	{ path, contentType, body }: Shot,
	extent: Pick<Sending, "perSecond" | "seconds" | "connections">,
): Promise<Sent> {
	const sending: Sending = { url: server.url, path, contentType, body: String(body), ...extent };
	const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(sending)]);
	return JSON.parse(stdout) as Sent;
}
