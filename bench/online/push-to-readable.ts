import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Latency } from "./at-rate.ts";
import type { Pushing } from "./push-sender.ts";
import type { ServerProcess } from "./server-process.ts";

const program = fileURLToPath(new URL("push-sender.ts", import.meta.url));

export interface PushToReadable {
	/** From sending one row until a reader has it, at a hundred pushes a second. */
	measure(pushing: Pushing): Promise<Latency>;
	stop(): void;
}

/** Starts who pushes and reads; resolves when the server is warm. */
export async function startPushToReadable(server: ServerProcess): Promise<PushToReadable> {
	const sender = fork(program, [server.url]);
	const ended = once(sender, "exit").then(() => {
		throw new Error("The sender of pushes has ended.");
	});
	ended.catch(() => undefined);
	const answer = async (): Promise<unknown> => {
		const [message] = (await Promise.race([once(sender, "message"), ended])) as unknown[];
		return message;
	};
	await answer();
	return {
		async measure(pushing) {
			sender.send(pushing);
			return (await answer()) as Latency;
		},
		stop: () => sender.disconnect(),
	};
}
