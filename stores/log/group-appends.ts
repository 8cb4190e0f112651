/**
 * Appends to one log follow each other until they commit, each waiting for the disk. Those that come while one is under
 * way go together in the next one: one statement and one commit for all of them.
 */
import { DatabaseError } from "pg";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { AppendedRows, AppendOptions, LogDefinition, LogRow } from "../../core/ports/offline-log.ts";

export interface GroupOptions extends AppendOptions {
	/** Rows at which another append begins: their handovers are kept apart. */
	readonly starts: ReadonlySet<number>;
}

type Append<Options> = (log: LogDefinition, rows: readonly LogRow[], options: Options) => Promise<AppendedRows>;

interface Asked {
	readonly rows: readonly LogRow[];
	readonly options: AppendOptions;
	readonly answer: PromiseWithResolvers<AppendedRows>;
}

/** Appends of one log that are handed over, or not, alike. */
interface Group {
	readonly waiting: Asked[];
	isUnderWay: boolean;
}

/** Of one statement; an append of more goes alone. */
const mostRows = 10_000;

/** `append` in groups. What one of a group is refused for does not keep the others out. */
export function groupAppends(append: Append<GroupOptions>): Append<AppendOptions> {
	const groups = new WeakMap<LogDefinition, Map<boolean, Group>>();

	const groupOf = (log: LogDefinition, online: boolean): Group => {
		const ofLog = groups.get(log) ?? new Map<boolean, Group>();
		groups.set(log, ofLog);
		const group = ofLog.get(online) ?? { waiting: [], isUnderWay: false };
		ofLog.set(online, group);
		return group;
	};

	async function work(log: LogDefinition, group: Group): Promise<void> {
		group.isUnderWay = true;
		for (let taken = takeGroup(group.waiting); taken.length > 0; taken = takeGroup(group.waiting)) {
			await appendTogether(log, taken);
		}
		group.isUnderWay = false;
	}

	/** Never rejects. */
	async function appendTogether(log: LogDefinition, all: readonly Asked[]): Promise<void> {
		const rows = all.flatMap((asked) => asked.rows);
		const dueAt = all.flatMap(({ rows: own, options }) => own.map((_, row) => options.dueAt[row] ?? null));
		const starts = startsOf(all);
		try {
			const online = all[0]?.options.online === true;
			const appended = await append(log, rows, { online, dueAt, starts: new Set(starts) });
			for (const [i, { rows: own, answer }] of all.entries()) {
				answer.resolve(partOf(appended, starts[i] as number, own.length));
			}
		} catch (error) {
			if (all.length > 1 && wasRefused(error)) for (const asked of all) await appendTogether(log, [asked]);
			else for (const { answer } of all) answer.reject(error);
		}
	}

	return (log, rows, options) => {
		const group = groupOf(log, options.online);
		const answer = Promise.withResolvers<AppendedRows>();
		group.waiting.push({ rows, options, answer });
		if (!group.isUnderWay) void work(log, group);
		return answer.promise;
	};
}

function takeGroup(waiting: Asked[]): Asked[] {
	let rows = 0;
	let count = 0;
	for (const asked of waiting) {
		rows += asked.rows.length;
		if (count > 0 && rows > mostRows) break;
		count++;
	}
	return waiting.splice(0, count);
}

function startsOf(all: readonly Asked[]): number[] {
	let next = 0;
	return all.map(({ rows }) => {
		const start = next;
		next += rows.length;
		return start;
	});
}

function partOf({ firstSeq, ingestedAt, handovers }: AppendedRows, start: number, count: number): AppendedRows {
	const first = firstSeq + BigInt(start);
	const last = first + BigInt(count) - 1n;
	return {
		firstSeq: first,
		lastSeq: last,
		ingestedAt,
		handovers: handovers.filter((handover) => handover.firstSeq >= first && handover.lastSeq <= last),
	};
}

/** Nothing was appended. Of a connection that broke nobody knows. */
const wasRefused = (error: unknown): boolean => error instanceof DatabaseError || error instanceof FeaturegraphError;
