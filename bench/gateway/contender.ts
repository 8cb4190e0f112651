import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Order, Report } from "./messages.ts";

/** A process of its own that answers at a URL: what is compared never shares one, nor a copy of graphql. */
export interface Contender {
	readonly url: string;
	/** Gives an order and waits for its report. */
	ask<Kind extends Report["report"]>(order: Order, answer: Kind): Promise<Extract<Report, { report: Kind }>>;
	tell(order: Order): void;
	stop(): Promise<void>;
}

/** Starts a module of this folder. */
export async function start(module: string, args: readonly string[] = []): Promise<Contender> {
	const child = fork(join(import.meta.dirname, module), [...args], {
		execArgv: ["--expose-gc"],
		env: { ...process.env, NODE_ENV: "production" },
		stdio: ["ignore", "ignore", "inherit", "ipc"],
	});
	const { url } = await reportOf(child, module, "ready");
	return {
		url,
		tell: (order) => void child.send(order),
		async ask(order, answer) {
			const reported = reportOf(child, module, answer);
			child.send(order);
			return reported;
		},
		async stop() {
			if (child.exitCode !== null || child.signalCode !== null) return;
			child.kill("SIGKILL");
			await once(child, "exit");
		},
	};
}

async function reportOf<Kind extends Report["report"]>(
	child: ChildProcess,
	module: string,
	kind: Kind,
): Promise<Extract<Report, { report: Kind }>> {
	return new Promise((resolve, reject) => {
		const left = () => reject(new Error(`${module} left before it was ${kind}`));
		const listener = (message: Report) => {
			if (message.report !== kind) return;
			child.off("message", listener);
			child.off("exit", left);
			resolve(message as Extract<Report, { report: Kind }>);
		};
		child.on("message", listener);
		child.once("exit", left);
	});
}
