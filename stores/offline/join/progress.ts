/** How far a join is: the share of its steps that is done, and what DuckDB says of the one that runs. */
import type { DuckdbSession } from "../duckdb/session.ts";

type Report = (share: number) => Promise<void>;

const lookEveryMs = 500;

export class JoinProgress {
	readonly #session: DuckdbSession;
	/** That of the statement that runs. */
	#running: DuckdbSession;
	readonly #report: Report | undefined;
	readonly #steps: number;
	#done = 0;
	#told = 0;
	/** A report that is on its way: there is never more than one, so that none overtakes another. */
	#telling: Promise<void> | null = null;
	/** What it threw: whoever is told may want the join to end. */
	#refusal: { readonly error: unknown } | null = null;

	private constructor(session: DuckdbSession, steps: number, report: Report | undefined) {
		this.#session = session;
		this.#running = session;
		this.#steps = steps;
		this.#report = report;
	}

	/** Of a join in so many steps, which all count the same. */
	static async of(session: DuckdbSession, steps: number, report: Report | undefined): Promise<JoinProgress> {
		if (report !== undefined) await showProgress(session);
		return new JoinProgress(session, steps, report);
	}

	/** The step that runs has come so far. It never goes back. */
	within(share: number): void {
		const told = (this.#done + Math.min(1, share)) / this.#steps;
		if (told <= this.#told || this.#telling !== null || this.#report === undefined) return;
		this.#told = told;
		this.#telling = this.#report(told)
			.catch((error: unknown) => {
				this.#refusal = { error };
				this.#running.interrupt();
			})
			.finally(() => {
				this.#telling = null;
			});
	}

	/** The step that runs is done. */
	async finish(): Promise<void> {
		await this.#settled();
		this.#done += 1;
		this.#told = this.#done / this.#steps;
		await this.#report?.(this.#told);
	}

	async #settled(): Promise<void> {
		await this.#telling;
		if (this.#refusal !== null) throw this.#refusal.error;
	}

	/** Runs one of several statements of a step. */
	run(sql: string, index: number, count: number): Promise<void> {
		return this.#watch(this.#session, sql, index, count);
	}

	/** Runs it in another session. */
	async runIn(session: DuckdbSession, sql: string, index: number, count: number): Promise<void> {
		if (this.#report !== undefined) await showProgress(session);
		this.#running = session;
		try {
			await this.#watch(session, sql, index, count);
		} finally {
			this.#running = this.#session;
		}
	}

	async #watch(session: DuckdbSession, sql: string, index: number, count: number): Promise<void> {
		const look = (): void => {
			const { percentage } = session.connection.progress;
			if (percentage >= 0) this.within((index + percentage / 100) / count);
		};
		const timer = this.#report === undefined ? undefined : setInterval(look, lookEveryMs);
		try {
			await session.run(sql);
		} finally {
			clearInterval(timer);
			await this.#settled();
		}
		if (index + 1 < count) this.within((index + 1) / count);
	}
}

async function showProgress(session: DuckdbSession): Promise<void> {
	await session.run("SET enable_progress_bar = true");
	await session.run("SET enable_progress_bar_print = false");
}
