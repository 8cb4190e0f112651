import type { Worker } from "node:cluster";
import type { Answer, Answers, FromPrimary, FromWorker, Question } from "./messages.ts";

/** The processes that share the port of this one, itself among them. */
export interface Crew {
	/** How this one answers; where it rejects, it has no answer. */
	answer<Q extends Question>(question: Q, how: () => Promise<Answers[Q]>): void;
	/** What each of them answers, in no order. */
	ask<Q extends Question>(question: Q): Promise<readonly Answer<Q>[]>;
}

/** The side of one process of a cluster. */
export interface Membership {
	readonly crew: Crew;
	/** Tells that it listens, and what to do when all are to end. */
	listens(url: string, stop: () => Promise<void>): void;
	/** It has closed all that it had: nobody need wait for it. */
	leave(): void;
}

export function joinCrew(worker: Worker): Membership {
	const answering = new Map<Question, () => Promise<Answers[Question]>>();
	const asked = new Map<number, (answers: readonly Answer<Question>[]) => void>();
	let lastId = 0;
	let stopping = async (): Promise<void> => {};
	const send = (message: FromWorker): void => {
		// Without the primary, this process ends by itself.
		if (worker.isConnected()) worker.send(message);
	};
	worker.on("message", (message: FromPrimary) => {
		switch (message.kind) {
			case "stop":
				return void stopping();
			case "question": {
				const { id, question } = message;
				const answered = answering
					.get(question)?.()
					.then((value) => ({ value }));
				return void (answered ?? Promise.resolve(null))
					.catch(() => null)
					.then((answer) => send({ kind: "answer", id, answer }));
			}
			case "answers":
				asked.get(message.id)?.(message.answers);
				return void asked.delete(message.id);
		}
	});
	return {
		crew: {
			answer: (question, how) => void answering.set(question, how),
			ask<Q extends Question>(question: Q) {
				const answers = Promise.withResolvers<readonly Answer<Q>[]>();
				const id = ++lastId;
				asked.set(id, answers.resolve as (answers: readonly Answer<Question>[]) => void);
				send({ kind: "ask", id, question });
				return answers.promise;
			},
		},
		listens(url, stop) {
			stopping = stop;
			send({ kind: "listens", url });
		},
		leave: () => void worker.disconnect(),
	};
}
