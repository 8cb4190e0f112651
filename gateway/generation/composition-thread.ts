import { Worker } from "node:worker_threads";
import { CompositionError } from "../../schema/compose.ts";
import type { CompositionAnswer, CompositionTask, CompositionTasks } from "./composition-messages.ts";

const program = new URL("composition-worker.ts", import.meta.url);
/** A thread that nobody needs for so long gives its memory back. */
const idleMillis = 30_000;
const heapMegabytes = 1024;

/** A worker thread that does one task after the other. It starts with the first, and neither it nor its timers keep a process alive. */
export class CompositionThread {
	readonly #taskMillis: number;
	#worker: Worker | null = null;
	#last: Promise<unknown> = Promise.resolve();
	#fail: ((reason: Error) => void) | null = null;
	#idle: NodeJS.Timeout | undefined;
	/** How often it was closed: a task of before is not begun. */
	#closings = 0;

	constructor(taskMillis: number) {
		this.#taskMillis = taskMillis;
	}

	/** Throws CompositionError, or why the thread did not answer. */
	run<K extends CompositionTask["kind"]>(
		task: Extract<CompositionTask, { readonly kind: K }>,
	): Promise<CompositionTasks[K]["result"]> {
		const closings = this.#closings;
		const result = this.#last.then(() => {
			if (closings !== this.#closings) throw closed();
			return this.#do(task);
		});
		this.#last = result.catch(() => undefined);
		return result as Promise<CompositionTasks[K]["result"]>;
	}

	async close(): Promise<void> {
		this.#closings += 1;
		this.#fail?.(closed());
		await this.#end();
	}

	async #do(task: CompositionTask): Promise<unknown> {
		clearTimeout(this.#idle);
		const worker = this.#worker ?? this.#start();
		const answer = Promise.withResolvers<CompositionAnswer>();
		this.#fail = answer.reject;
		const deadline = setTimeout(() => {
			answer.reject(new Error(`Composing took longer than ${this.#taskMillis} ms and was ended.`));
			void this.#end();
		}, this.#taskMillis);
		worker.once("message", answer.resolve);
		worker.ref();
		worker.postMessage(task);
		try {
			return resultOf(await answer.promise);
		} finally {
			clearTimeout(deadline);
			worker.off("message", answer.resolve);
			worker.unref();
			this.#fail = null;
			this.#idle = setTimeout(() => void this.#end(), idleMillis).unref();
		}
	}

	#start(): Worker {
		const worker = new Worker(program, { resourceLimits: { maxOldGenerationSizeMb: heapMegabytes } });
		const gone = (reason: Error): void => {
			if (this.#worker !== worker) return;
			this.#worker = null;
			this.#fail?.(reason);
		};
		worker.on("error", (error) => gone(error instanceof Error ? error : new Error(String(error))));
		worker.on("exit", (code) => gone(new Error(`The composing thread ended with ${code}.`)));
		this.#worker = worker;
		return worker;
	}

	async #end(): Promise<void> {
		clearTimeout(this.#idle);
		const worker = this.#worker;
		this.#worker = null;
		await worker?.terminate();
	}
}

const closed = () => new Error("The composing thread was closed.");

function resultOf(answer: CompositionAnswer): unknown {
	if ("result" in answer) return answer.result;
	if ("reasons" in answer) throw new CompositionError(answer.reasons);
	throw new Error(`The composing thread failed: ${answer.fault}`);
}
