import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "../../core/ports/logger.ts";
import { followFile } from "../standalone/followed-file.ts";

/** Where the SDL of a subgraph comes from, and goes on coming from. */
export interface SdlSource {
	/** Tells each SDL that it finds. Resolves when it has looked once. */
	start(found: (sdl: string) => void): Promise<void>;
	stop(): void;
}

/** A file that people edit. */
export function sdlFile(path: string, logger: Logger): SdlSource {
	let stop = () => {};
	return {
		async start(found) {
			const lost = (error: unknown) =>
				logger.error({ err: error, file: path }, "The SDL of a subgraph cannot be read; what was known of it stays");
			const first = await readFile(path, "utf8").catch((error: unknown) => {
				lost(error);
				return null;
			});
			if (first !== null) found(first);
			stop = followFile(path, first ?? "", { changed: found, lost });
		},
		stop: () => stop(),
	};
}

export interface AskingTimes {
	/** Between two looks at a subgraph that answers. */
	readonly pollMillis: number;
	/** After the first look without an answer; then twice as long each time, */
	readonly retryMillis: number;
	/** up to this. */
	readonly mostRetryMillis: number;
}

export const askingTimes: AskingTimes = { pollMillis: 30_000, retryMillis: 500, mostRetryMillis: 5_000 };

/** A subgraph that says its SDL itself. It is asked until it answers, and then now and then. */
export function askedSdl(
	ask: (signal: AbortSignal) => Promise<string>,
	logger: Logger,
	times = askingTimes,
): SdlSource {
	const stopping = new AbortController();
	const look = async (found: (sdl: string) => void): Promise<boolean> => {
		try {
			found(await ask(stopping.signal));
			return true;
		} catch (error) {
			if (!stopping.signal.aborted) logger.warn({ err: error }, "A subgraph did not say its SDL; it is asked again");
			return false;
		}
	};
	const goOn = async (found: (sdl: string) => void, answered: boolean): Promise<void> => {
		let failures = answered ? 0 : 1;
		while (!stopping.signal.aborted) {
			const retryMillis = Math.min(times.retryMillis * 2 ** Math.min(failures - 1, 20), times.mostRetryMillis);
			await wait(failures === 0 ? times.pollMillis : retryMillis, undefined, {
				signal: stopping.signal,
				ref: false,
			}).catch(() => {});
			if (stopping.signal.aborted) return;
			failures = (await look(found)) ? 0 : failures + 1;
		}
	};
	return {
		async start(found) {
			const answered = await look(found);
			void goOn(found, answered);
		},
		stop: () => stopping.abort(),
	};
}
