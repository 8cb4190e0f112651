/**
 * What the offline log hands over, written online. A handover is left in the transaction of the append and settled
 * after its rows are online: a process that dies in between leaves it to the next one, and writing twice does no harm.
 */
import type { LogRow, OfflineLog, OnlineHandover } from "../../../core/ports/offline-log.ts";
import type { RegistryReader } from "../../../core/ports/registry-reader.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { Registry } from "../../registry/registry.ts";
import { type AfterWriteDeps, afterWrite } from "./after-write.ts";
import { type LogTarget, logTargets } from "./log-targets.ts";
import { type SequencedRow, type WriteLogRowsDeps, writeLogRows } from "./write-log-rows.ts";

export interface OnlineWriterDeps extends WriteLogRowsDeps, Omit<AfterWriteDeps, "log"> {
	readonly registry: RegistryReader & Pick<Registry, "refresh">;
	readonly log: Pick<OfflineLog, "due" | "rowsOf" | "settle">;
	/** Between two looks for due handovers. */
	readonly pollMs: number;
}

/** Somebody who has not written his rows by then is taken to have died. */
const writtenWithin: Micros = 2_000_000n;
const handoversPerDrain = 500;
const rowsPerWrite = 10_000n;

export interface OnlineWriter {
	/**
	 * Writes the rows of handovers online; sequence numbers of rows that are not shown. They are settled behind it.
	 * `appended`: the rows, where whoever appended them still has them.
	 */
	apply(
		target: LogTarget,
		handovers: readonly OnlineHandover[],
		appended?: { readonly firstSeq: bigint; readonly rows: readonly LogRow[] },
	): Promise<ReadonlySet<bigint>>;
	/** Writes rows online that no log has; positions of those that are not shown. */
	write(target: LogTarget, rows: readonly SequencedRow[]): Promise<ReadonlySet<number>>;
	/** Resolves when all that was applied so far is settled, or left to the next drain. */
	settled(): Promise<void>;
	/** Applies all that are due now; how many. Those that fail stay for the next time. */
	drainHandovers(): Promise<number>;
	/**
	 * Looks now and then again and again for what is left, so that a row comes online within a second of its time. What
	 * somebody has just pushed he writes himself: only what is there at a second look, or has been due for a while, is left.
	 */
	start(): void;
	/** Waits for what is under way. */
	stop(): Promise<void>;
}

export function onlineWriter(deps: OnlineWriterDeps): OnlineWriter {
	const { log, clock, logger, registry } = deps;
	const after = afterWrite(deps);
	let timer: NodeJS.Timeout | null = null;
	let draining: Promise<number> | null = null;
	/** Handovers that the last look left to whoever pushed them. */
	let seen: ReadonlySet<bigint> = new Set();

	const apply: OnlineWriter["apply"] = async (target, handovers, appended) => {
		const sequences = new Set<bigint>();
		for (const { ids, range } of joined(handovers)) {
			const rows = appended === undefined ? await storedRows(target, range) : rowsIn(range, appended);
			const { stale, written } = await writeLogRows(deps, target, rows);
			for (const position of stale) sequences.add((rows[position] as SequencedRow).sequence);
			after.add(written, ids);
		}
		return sequences;
	};

	const storedRows = async (target: LogTarget, handover: OnlineHandover): Promise<SequencedRow[]> => {
		const rows = await log.rowsOf(target.log, handover);
		return rows.map(({ values, deleted, seq }) => ({ values, deleted, sequence: seq }));
	};

	/** `isLeft`: whether it is ours to apply. */
	async function drain(isLeft: (handover: OnlineHandover) => boolean): Promise<number> {
		let applied = 0;
		const failed = new Set<bigint>();
		for (;;) {
			// What is online already is not applied once more.
			await after.settled();
			const due = await log.due(clock.now(), handoversPerDrain + failed.size);
			const todo = due.filter((handover) => !failed.has(handover.id) && isLeft(handover));
			if (todo.length === 0 || failed.size > handoversPerDrain) {
				seen = new Set(due.map(({ id }) => id));
				return applied;
			}
			// Whoever handed over may know of sources and views that were not told of here: without them, rows would be settled unwritten.
			await registry.refresh();
			const targets = await allTargets(registry);
			for (const [id, handovers] of Map.groupBy(todo, (handover) => handover.log)) {
				const target = targets.get(id);
				if (target === undefined) {
					logger.warn({ log: id }, "Rows were handed over for a log that no definition has any more");
					await log.settle(handovers.map((handover) => handover.id));
					continue;
				}
				try {
					await apply(target, handovers);
					applied += handovers.length;
				} catch (error) {
					for (const handover of handovers) failed.add(handover.id);
					logger.error({ err: error, log: id }, "Pushed rows could not be written online; trying again");
				}
			}
		}
	}

	const drainOnce = (isLeft: (handover: OnlineHandover) => boolean): Promise<number> => {
		draining ??= drain(isLeft).finally(() => {
			draining = null;
		});
		return draining;
	};

	function tick(): void {
		const before = seen;
		const leftSince = clock.now() - writtenWithin;
		drainOnce(({ id, dueAt }) => dueAt <= leftSince || before.has(id))
			.catch((error: unknown) => {
				logger.error({ err: error }, "Handovers could not be looked for; trying again");
			})
			.finally(() => {
				if (timer !== null) timer = setTimeout(tick, deps.pollMs);
			});
	}

	return {
		apply,
		async write(target, rows) {
			const { stale, written } = await writeLogRows(deps, target, rows);
			after.add(written, []);
			return stale;
		},
		settled: () => after.settled(),
		drainHandovers: () => drainOnce(() => true),
		start() {
			timer ??= setTimeout(tick, 0);
		},
		async stop() {
			if (timer !== null) clearTimeout(timer);
			timer = null;
			await draining?.catch(() => undefined);
			await after.settled();
		},
	};
}

/** Those of the rows that a handover is of. */
function rowsIn(
	{ firstSeq, lastSeq }: OnlineHandover,
	appended: { readonly firstSeq: bigint; readonly rows: readonly LogRow[] },
): SequencedRow[] {
	const [from, to] = [Number(firstSeq - appended.firstSeq), Number(lastSeq - appended.firstSeq) + 1];
	return appended.rows
		.slice(from, to)
		.map(({ values, deleted }, i) => ({ values, deleted, sequence: firstSeq + BigInt(i) }));
}

/** Handovers of one log whose rows follow each other, as one: rows that become due one by one are many. */
function joined(handovers: readonly OnlineHandover[]): { readonly ids: bigint[]; readonly range: OnlineHandover }[] {
	const groups: { ids: bigint[]; range: OnlineHandover }[] = [];
	for (const handover of [...handovers].sort((a, b) => (a.firstSeq < b.firstSeq ? -1 : 1))) {
		const last = groups.at(-1);
		const follows = last !== undefined && handover.firstSeq === last.range.lastSeq + 1n;
		if (follows && handover.lastSeq - last.range.firstSeq < rowsPerWrite) {
			last.ids.push(handover.id);
			last.range = { ...last.range, lastSeq: handover.lastSeq };
		} else {
			groups.push({ ids: [handover.id], range: handover });
		}
	}
	return groups;
}

async function allTargets(registry: RegistryReader): Promise<ReadonlyMap<string, LogTarget>> {
	const targets = new Map<string, LogTarget>();
	for (const project of await registry.projects()) {
		for (const [id, target] of logTargets(await registry.snapshot(project))) targets.set(id, target);
	}
	return targets;
}
