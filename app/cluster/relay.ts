import type { Worker } from "node:cluster";
import type { Answer, FromPrimary, Question } from "./messages.ts";

/** Longer than each of them takes to find out that something does not answer, or to compose a graph. */
const deadlineMillis = 10_000;

export const tell = (worker: Worker, message: FromPrimary): void => {
	if (worker.isConnected()) worker.send(message, () => undefined);
};

interface Asked {
	readonly waitedFor: Set<Worker>;
	readonly answers: Answer<Question>[];
	readonly done: () => void;
}

/** Carries the question of one worker to all, and their answers back. */
export class Relay {
	readonly #asked = new Map<number, Asked>();
	#lastId = 0;

	/** Resolves when all have answered, or the time is over. There must be one at least. */
	async ask(workers: ReadonlySet<Worker>, question: Question): Promise<readonly Answer<Question>[]> {
		const id = ++this.#lastId;
		const all = Promise.withResolvers<void>();
		const asked: Asked = { waitedFor: new Set(workers), answers: [], done: all.resolve };
		this.#asked.set(id, asked);
		for (const worker of asked.waitedFor) tell(worker, { kind: "question", id, question });
		const deadline = setTimeout(all.resolve, deadlineMillis);
		await all.promise;
		clearTimeout(deadline);
		this.#asked.delete(id);
		return [...asked.answers, ...Array.from(asked.waitedFor, () => null)];
	}

	answered(worker: Worker, id: number, answer: Answer<Question>): void {
		const asked = this.#asked.get(id);
		if (asked?.waitedFor.delete(worker) !== true) return;
		asked.answers.push(answer);
		if (asked.waitedFor.size === 0) asked.done();
	}

	/** It has ended, and is not waited for. */
	ended(worker: Worker): void {
		for (const { waitedFor, done } of this.#asked.values()) {
			if (waitedFor.delete(worker) && waitedFor.size === 0) done();
		}
	}
}
