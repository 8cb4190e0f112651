/**
 * What follows once rows are online: other processes are told, whose caches forget them; and, what nobody waits for, it
 * is recorded what was served, then the handovers are forgotten: one round trip each for all that came while the one
 * before was under way. A process that dies before leaves the handovers, and whoever applies them does all of it again.
 */
import type { ServedTime } from "../../core/freshness/freshness.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { FreshnessStore } from "../../core/ports/freshness-store.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { OfflineLog } from "../../core/ports/offline-log.ts";

/** What came online of one view version. */
export interface WrittenView {
	readonly viewVersionId: number;
	/** Online keys in base64. */
	readonly keys: readonly string[];
	readonly served: ServedTime;
}

export interface AfterWriteDeps {
	readonly log: Pick<OfflineLog, "settle">;
	readonly freshness: Pick<FreshnessStore, "recordServed">;
	readonly bus: Pick<Bus, "publish">;
	readonly logger: Logger;
}

export interface AfterWrite {
	/** Resolves when others have been told. */
	add(written: readonly WrittenView[], handovers: readonly bigint[]): Promise<void>;
	/** Resolves when all that was added so far is done, or has failed and is left to the next drain. */
	settled(): Promise<void>;
}

interface Waiting {
	readonly served: Map<number, ServedTime>;
	readonly handovers: bigint[];
}

export function afterWrite({ log, freshness, bus, logger }: AfterWriteDeps): AfterWrite {
	let waiting: Waiting | null = null;
	let last = Promise.resolve();

	async function finish(): Promise<void> {
		const { served, handovers } = waiting ?? { served: new Map(), handovers: [] };
		waiting = null;
		try {
			if (served.size > 0) await freshness.recordServed(served);
			await log.settle(handovers);
		} catch (error) {
			logger.warn({ err: error, handovers: handovers.length }, "Rows are online, and not settled yet");
		}
	}

	return {
		async add(written, handovers) {
			if (waiting === null) {
				waiting = { served: new Map(), handovers: [] };
				last = last.then(finish);
			}
			waiting.handovers.push(...handovers);
			for (const { viewVersionId, served } of written) {
				const before = waiting.served.get(viewVersionId);
				if (before === undefined || before.eventTime < served.eventTime) waiting.served.set(viewVersionId, served);
			}
			await Promise.all(written.flatMap(({ viewVersionId, keys }) => announce(bus, viewVersionId, keys)));
		},
		settled: () => last,
	};
}

const mostEventCharacters = 6_000;
const mostKeysNamed = 1_000;

function announce(
	bus: Pick<Bus, "publish">,
	viewVersionId: number,
	keys: readonly string[],
): readonly Promise<unknown>[] {
	if (keys.length > mostKeysNamed) return [bus.publish({ topic: "values", viewVersionId, keys: [] })];
	const parts: string[][] = [];
	let characters = mostEventCharacters;
	for (const key of keys) {
		characters += key.length + 3;
		if (characters > mostEventCharacters) {
			parts.push([]);
			characters = key.length + 3;
		}
		parts.at(-1)?.push(key);
	}
	return parts.map((part) => bus.publish({ topic: "values", viewVersionId, keys: part }));
}
