import type { Logger } from "../../core/ports/logger.ts";
import { plannerOverloaded } from "./plan-error.ts";
import { PlannerChild } from "./planner-child.ts";

/** Processes in a row that end before they answer anything, after which the next one is not started at once. */
const patience = 3;
const shortestPauseMillis = 100;
const longestPauseMillis = 10_000;

/** A process of the planner that is there again when it has ended. */
export class SupervisedChild {
	readonly #startMillis: number;
	readonly #logger: Logger;
	#child: PlannerChild;
	#failures = 0;
	#pausedUntil = 0;
	#closed = false;

	/** The process is started at once, while the caller does other things. */
	constructor(startMillis: number, logger: Logger) {
		this.#startMillis = startMillis;
		this.#logger = logger;
		this.#child = this.#start();
	}

	/** Undefined where none runs. */
	get pid(): number | undefined {
		return this.#child.end === null ? this.#child.pid : undefined;
	}

	/** The process that runs, ready. Throws PlannerLost, PlannerUnusable, or OVERLOADED while none is to be started. */
	async running(): Promise<PlannerChild> {
		if (this.#child.end !== null) {
			if (this.#closed) throw plannerOverloaded("The gateway is closing.");
			if (performance.now() < this.#pausedUntil)
				throw plannerOverloaded("The query planner ended and is started again.");
			this.#child = this.#start();
		}
		const child = this.#child;
		await child.ready();
		return child;
	}

	/** The supergraph is not wanted any more. */
	forget(graph: string): void {
		this.#child.forget(graph);
	}

	async close(): Promise<void> {
		this.#closed = true;
		await this.#child.kill();
	}

	#start(): PlannerChild {
		const child = new PlannerChild(this.#startMillis);
		void child.exited.then(() => this.#ended(child));
		return child;
	}

	#ended(child: PlannerChild): void {
		if (this.#closed) return;
		const { pid, end } = child;
		this.#logger.warn({ pid, ...end }, "The process of the query planner ended");
		this.#failures = child.hasAnswered ? 0 : this.#failures + 1;
		if (this.#failures >= patience) {
			const pause = Math.min(shortestPauseMillis * 2 ** (this.#failures - patience), longestPauseMillis);
			this.#pausedUntil = performance.now() + pause;
		} else if (child === this.#child) {
			this.#child = this.#start();
		}
	}
}
