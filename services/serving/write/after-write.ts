/**
 * What follows once rows are online, and what no push waits for: other processes are told, whose caches forget the keys;
 * then it is recorded what was served, and the handovers are forgotten. What comes within a few milliseconds,
 * and what there is to record of a tenth of a second, goes together: a hundred pushes a second cost ten such records. A process that
 * dies before leaves the handovers, and whoever applies them does all of it again.
 */
import { setTimeout as rest } from "node:timers/promises";
import type { ServedTime } from "../../../core/freshness/freshness.ts";
import type { Bus } from "../../../core/ports/bus.ts";
import type { FreshnessStore } from "../../../core/ports/freshness-store.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { OfflineLog } from "../../../core/ports/offline-log.ts";

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
	add(written: readonly WrittenView[], handovers: readonly bigint[]): void;
	/** Resolves when all that was added so far is done, or has failed and is left to the next drain. */
	settled(): Promise<void>;
}

/** How long keys are gathered of which others are then told: whoever reads what he has just pushed does not wait for it. */
const tellAfterMs = 5;
/** How long is gathered what is then recorded. */
const recordAfterMs = 100;
/** Handovers that wait no longer, however short they have been waiting. */
const mostHandovers = 5_000;

export function afterWrite({ log, freshness, bus, logger }: AfterWriteDeps): AfterWrite {
	let keysToTell = new Map<number, Set<string>>();
	let served = new Map<number, ServedTime>();
	let handovers: bigint[] = [];
	/** Keys that come are still taken along by the last of `told`. */
	let isGathering = false;
	let told: Promise<unknown> = Promise.resolve();
	let recording: NodeJS.Timeout | null = null;
	let recorded = Promise.resolve();

	/** One round after the other, each with all that came since the one before began; behind the answer of the push. */
	function tell(): void {
		isGathering = true;
		told = told
			.then(() => rest(tellAfterMs))
			.then(() => {
				isGathering = false;
				const events = [...keysToTell];
				keysToTell = new Map();
				return Promise.all(events.flatMap(([id, keys]) => announce(bus, id, keys)));
			});
	}

	function record(): void {
		if (recording !== null) clearTimeout(recording);
		recording = null;
		const [times, ids, others] = [served, handovers, told];
		served = new Map();
		handovers = [];
		recorded = recorded.then(async () => {
			try {
				// A handover is the promise that others are told.
				await others;
				if (times.size > 0) await freshness.recordServed(times);
				await log.settle(ids);
			} catch (error) {
				logger.warn({ err: error, handovers: ids.length }, "Rows are online, and not settled yet");
			}
		});
	}

	return {
		add(written, ids) {
			for (const view of written) {
				const before = served.get(view.viewVersionId);
				if (before === undefined || before.eventTime < view.served.eventTime)
					served.set(view.viewVersionId, view.served);
				const keys = keysToTell.get(view.viewVersionId) ?? new Set();
				keysToTell.set(view.viewVersionId, keys);
				for (const key of view.keys) if (keys.size <= mostKeysNamed) keys.add(key);
			}
			for (const id of ids) handovers.push(id);
			if (keysToTell.size > 0 && !isGathering) tell();
			if (handovers.length > mostHandovers) record();
			else recording ??= setTimeout(record, recordAfterMs);
		},
		settled() {
			if (recording !== null) record();
			return recorded;
		},
	};
}

const mostEventCharacters = 6_000;
const mostKeysNamed = 1_000;

function announce(
	bus: Pick<Bus, "publish">,
	viewVersionId: number,
	keys: ReadonlySet<string>,
): readonly Promise<unknown>[] {
	if (keys.size > mostKeysNamed) return [bus.publish({ topic: "values", viewVersionId, keys: [] })];
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
