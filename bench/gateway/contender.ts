import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Order, Report } from "./messages.ts";

/** A process of its own that answers at a URL: what is compared never shares one, nor a copy of graphql. */
export interface Contender {
	readonly url: string;
	/** Processor time that it has used, in microseconds; NaN where the system does not say. */
	cpuMicros(): number;
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
		cpuMicros: () => cpuMicrosOf(child.pid),
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

/** Of /proc: user and system time, in hundredths of a second. */
function cpuMicrosOf(pid: number | undefined): number {
	const path = `/proc/${pid}/stat`;
	if (!existsSync(path)) return Number.NaN;
	const afterName = readFileSync(path, "utf8").split(") ").at(-1)?.split(" ") ?? [];
	return (Number(afterName[11]) + Number(afterName[12])) * 10_000;
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
