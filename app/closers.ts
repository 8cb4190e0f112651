import type { Logger } from "../core/ports/logger.ts";

/** What has been opened, to be closed in the opposite order. One that fails to close does not keep the others open. */
export class Closers {
	readonly #closers: { readonly name: string; readonly close: () => Promise<void> }[] = [];
	readonly #logger: Logger;

	constructor(logger: Logger) {
		this.#logger = logger;
	}

	add(name: string, close: () => Promise<void>): void {
		this.#closers.push({ name, close });
	}

	async close(): Promise<void> {
		for (let next = this.#closers.pop(); next !== undefined; next = this.#closers.pop()) {
			try {
				await next.close();
			} catch (error) {
				this.#logger.error({ err: error, component: next.name }, "could not be closed");
			}
		}
	}
}
