import type { Logger } from "../core/ports/logger.ts";

/** How long one may take: less than whoever stops the process waits before he kills it. */
const deadlineMs = 10_000;

/** What has been opened, to be closed in the opposite order. One that fails to close, or hangs, does not keep the others open. */
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
			const late = Promise.withResolvers<never>();
			const timer = setTimeout(() => late.reject(new Error(`Not closed within ${deadlineMs} ms`)), deadlineMs);
			try {
				await Promise.race([next.close(), late.promise]);
			} catch (error) {
				this.#logger.error({ err: error, component: next.name }, "could not be closed");
			} finally {
				clearTimeout(timer);
			}
		}
	}
}
