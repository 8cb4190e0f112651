/** What the processes on one port ask one another, and what each answers. */
export interface Answers {
	/** Why it is not ready; null: it is. */
	readonly ready: string | null;
	/** As prom-client tells them. */
	readonly metrics: readonly object[];
	/** Look at the subgraphs now; answered when it has. */
	readonly look: null;
}

export type Question = keyof Answers;

/** Of one process; null: it has none, or not in time. */
export type Answer<Q extends Question> = { readonly value: Answers[Q] } | null;

export type FromWorker =
	| { readonly kind: "listens"; readonly url: string }
	/** All of them are to be asked. */
	| { readonly kind: "ask"; readonly id: number; readonly question: Question }
	| { readonly kind: "answer"; readonly id: number; readonly answer: Answer<Question> };

export type FromPrimary =
	| { readonly kind: "stop" }
	| { readonly kind: "question"; readonly id: number; readonly question: Question }
	| { readonly kind: "answers"; readonly id: number; readonly answers: readonly Answer<Question>[] };
