import { type ChildProcess, fork } from "node:child_process";
import { Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { cpuMillis } from "./cpu-time.ts";
import type { PlannerReply, PlannerRequest } from "./messages.ts";
import { onTimeout } from "./work-timeout.ts";

/** Why a request to the planner's process has no answer: it worked for too long, or it ended (or was stopped). */
export class PlannerLost extends Error {
	override readonly name = "PlannerLost";
	readonly reason: "ended" | "timeout";

	constructor(reason: "ended" | "timeout", message: string) {
		super(message);
		this.reason = reason;
	}
}

/** The planner cannot run here at all. */
export class PlannerUnusable extends Error {
	override readonly name = "PlannerUnusable";
}

const entry = fileURLToPath(new URL("./planner-process.ts", import.meta.url));
/** Of what the process wrote to stderr, the end that is kept for the log. */
const keptStderr = 500;

/** One process of the planner. Asked one thing at a time; once it ended it stays so. */
export class PlannerChild {
	readonly #process: ChildProcess;
	readonly #exited = Promise.withResolvers<void>();
	readonly #started: Promise<PlannerReply>;
	#waiting: PromiseWithResolvers<PlannerReply> | null = null;
	#stderr = "";
	#end: string | null = null;
	#answered = false;
	/** The supergraphs that it holds, the one that was used last at the end. */
	readonly graphs = new Set<string>();

	constructor(startMillis: number) {
		// Nothing of the gateway's environment, where secrets are.
		const { PATH } = process.env;
		this.#process = fork(entry, [], {
			serialization: "advanced",
			stdio: ["ignore", "ignore", "pipe", "ipc"],
			execArgv: [],
			env: PATH === undefined ? {} : { PATH },
		});
		this.#process.stderr?.on("data", (chunk: Buffer) => {
			this.#stderr = (this.#stderr + chunk.toString("utf8")).slice(-keptStderr);
		});
		this.#process.on("message", (reply: PlannerReply) => {
			const waiting = this.#waiting;
			this.#waiting = null;
			this.#answered ||= reply.kind !== "ready";
			waiting?.resolve(reply);
		});
		this.#process.once("error", (error) => this.#ended(error.message));
		this.#process.once("exit", (code, signal) => this.#ended(signal ?? `exit code ${code}`));
		this.#started = this.#within(startMillis);
		this.#started.catch(() => undefined);
		// It does not keep this process running: whoever waits for an answer has a timer.
		this.#process.unref();
		this.#process.channel?.unref();
		if (this.#process.stderr instanceof Socket) this.#process.stderr.unref();
	}

	get pid(): number | undefined {
		return this.#process.pid;
	}

	/** Null while it runs, else how it ended, with the end of what it wrote to stderr. */
	get end(): { readonly how: string; readonly stderr: string } | null {
		return this.#end === null ? null : { how: this.#end, stderr: this.#stderr.trim() };
	}

	/** Whether it did anything at all. */
	get hasAnswered(): boolean {
		return this.#answered;
	}

	/** Resolves when it has ended, whatever the reason. */
	get exited(): Promise<void> {
		return this.#exited.promise;
	}

	/** Resolves once it takes requests. Throws PlannerUnusable or PlannerLost. */
	async ready(): Promise<void> {
		const reply = await this.#started;
		if (reply.kind === "unusable") throw new PlannerUnusable(reply.message);
	}

	/** One request at a time. Throws PlannerLost: a process that does not answer in time is killed. */
	ask(request: PlannerRequest, millis: number): Promise<PlannerReply> {
		if (this.#end !== null) return Promise.reject(new PlannerLost("ended", this.#end));
		const reply = this.#within(millis);
		this.#send(request);
		return reply;
	}

	/** Lets go of a supergraph, where it holds it. */
	forget(graph: string): void {
		if (this.graphs.delete(graph)) this.#send({ kind: "forget", graph });
	}

	/** Ends it at once, whatever it does, and resolves when it is gone. */
	kill(): Promise<void> {
		this.#process.ref();
		this.#process.kill("SIGKILL");
		return this.#exited.promise;
	}

	#send(request: PlannerRequest): void {
		// A failure to send comes of the end of the process, which `exit` tells.
		this.#process.send(request, () => undefined);
	}

	#ended(how: string): void {
		if (this.#end !== null) return;
		this.#end = how;
		this.#waiting?.reject(new PlannerLost("ended", how));
		this.#waiting = null;
		this.#exited.resolve();
	}

	async #within(millis: number): Promise<PlannerReply> {
		const waiting = Promise.withResolvers<PlannerReply>();
		this.#waiting = waiting;
		const stop = onTimeout(
			millis,
			() => cpuMillis(this.pid),
			({ starved }) => {
				this.#waiting = null;
				waiting.reject(new PlannerLost(starved ? "ended" : "timeout", `no answer within ${millis} ms`));
				void this.kill();
			},
		);
		try {
			return await waiting.promise;
		} finally {
			stop();
		}
	}
}
