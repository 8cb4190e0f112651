import { type Stats, watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface FollowOptions {
	/** Called with its content whenever that is another one. */
	readonly changed: (content: string) => void;
	/** Called once when it cannot be read any more. */
	readonly lost: (error: unknown) => void;
	/** How often it is looked at. */
	readonly pollMillis?: number;
}

/** A file that is being written has another look within this time. */
const settleMillis = 50;
/** Some file systems count time in seconds: a file that changed this lately may have changed since, and look the same. */
const coarseMillis = 3000;

/**
 * Follows a file whose content now is `known`. The system's own notices are heard, and since they may be missing (network
 * drives, containers) or early, the file is looked at as well. Returns how to end it.
 */
export function followFile(path: string, known: string, options: FollowOptions): () => void {
	const { changed, lost, pollMillis = 1000 } = options;
	let last = known;
	let seen = "";
	let readable = true;
	let stopped = false;
	let looking: Promise<void> | null = null;
	let again = false;

	const look = async (): Promise<void> => {
		const found = await settled(path);
		if (identity(found) === seen && Date.now() - found.mtimeMs > coarseMillis) return;
		const content = await readFile(path, "utf8");
		seen = identity(found);
		readable = true;
		if (content === last || stopped) return;
		last = content;
		changed(content);
	};
	const lookSoon = (): void => {
		if (looking !== null) {
			again = true;
			return;
		}
		looking = look()
			.catch((error: unknown) => {
				seen = "";
				if (readable && !stopped) lost(error);
				readable = false;
			})
			.finally(() => {
				looking = null;
				if (again && !stopped) lookSoon();
				again = false;
			});
	};

	const poll = setInterval(lookSoon, pollMillis).unref();
	const stopNotices = notices(path, lookSoon);
	return () => {
		stopped = true;
		clearInterval(poll);
		stopNotices();
	};
}

/** What it is once two looks in a row see the same. */
async function settled(path: string): Promise<Stats> {
	let before = await stat(path);
	for (;;) {
		if (Date.now() - before.mtimeMs > settleMillis) return before;
		await sleep(settleMillis, undefined, { ref: false });
		const after = await stat(path);
		if (identity(after) === identity(before)) return after;
		before = after;
	}
}

const identity = ({ mtimeMs, ctimeMs, size, ino }: Stats): string => `${mtimeMs} ${ctimeMs} ${size} ${ino}`;

/** The folder is watched: a file that is replaced by another one of its name takes its own watcher along. */
function notices(path: string, notice: () => void): () => void {
	try {
		const watcher = watch(dirname(path), { persistent: false }, notice);
		watcher.on("error", () => watcher.close());
		return () => watcher.close();
	} catch {
		return () => undefined;
	}
}
