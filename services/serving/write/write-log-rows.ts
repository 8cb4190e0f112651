/** Rows of one log to every view version that they feed online: newer wins, so repeating it does no harm. */
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { isNewer } from "../../../core/online/order.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { LogRow } from "../../../core/ports/offline-log.ts";
import type { OnlineStore, OnlineWrite } from "../../../core/ports/online-store.ts";
import type { RegistryReader } from "../../../core/ports/registry-reader.ts";
import type { BatchViewVersion } from "../../../core/registry/snapshot.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { WrittenView } from "./after-write.ts";
import { compileLogPacker, type PackLogRow } from "./log-packer.ts";
import type { LogTarget } from "./log-targets.ts";

export interface WriteLogRowsDeps {
	readonly online: Pick<OnlineStore, "read" | "write">;
	readonly registry: Pick<RegistryReader, "markOnline">;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly retentionMicros: Micros;
}

export interface SequencedRow extends LogRow {
	readonly sequence: bigint;
}

const packers = new WeakMap<LogTarget, ReadonlyMap<number, PackLogRow>>();

/** The packers of all versions that a log feeds online, by version id. */
export function packersOf(target: LogTarget, retentionMicros: Micros): ReadonlyMap<number, PackLogRow> {
	let found = packers.get(target);
	if (found === undefined) {
		const { projectId } = target.snapshot;
		found = new Map(
			target.online.map((view) => [view.id, compileLogPacker(projectId, view, target.log, retentionMicros)]),
		);
		packers.set(target, found);
	}
	return found;
}

export interface WrittenRows {
	/** Positions of rows that no view shows, because their key has a newer row. Empty where the log feeds no version. */
	readonly stale: ReadonlySet<number>;
	readonly written: readonly WrittenView[];
}

/** Writes rows online. What follows (`afterWrite`) is the caller's. */
export async function writeLogRows(
	deps: WriteLogRowsDeps,
	target: LogTarget,
	rows: readonly SequencedRow[],
): Promise<WrittenRows> {
	const stale = new Set<number>();
	const shown = new Set<number>();
	const written: WrittenView[] = [];
	for (const view of target.online) {
		const pack = packersOf(target, deps.retentionMicros).get(view.id);
		if (pack === undefined) continue;
		const ofView = await writeView(deps, target, view, rows, pack, { stale, shown });
		if (ofView !== null) written.push(ofView);
	}
	for (const row of shown) stale.delete(row);
	return { stale, written };
}

interface Candidate {
	readonly row: number;
	readonly write: OnlineWrite;
	readonly eventTime: Micros;
}

async function writeView(
	deps: WriteLogRowsDeps,
	target: LogTarget,
	view: BatchViewVersion,
	rows: readonly SequencedRow[],
	pack: PackLogRow,
	seen: { readonly stale: Set<number>; readonly shown: Set<number> },
): Promise<WrittenView | null> {
	const now = deps.clock.now();
	// The newest of each key goes to the store; the others are stale already.
	const newest = new Map<string, Candidate>();
	const eventAt = target.log.columns.findIndex(({ name }) => name === view.source.definition.eventTime);
	for (const [index, row] of rows.entries()) {
		const write = packOrSkip(deps, pack, row, view);
		if (write === null || (write.expiresAt !== null && write.expiresAt <= now)) continue;
		const key = Buffer.from(write.key).toString("base64");
		const other = newest.get(key);
		if (other !== undefined && !isNewer(write.value, other.write.value)) {
			seen.stale.add(index);
			continue;
		}
		if (other !== undefined) seen.stale.add(other.row);
		newest.set(key, { row: index, write, eventTime: row.values[eventAt] as Micros });
	}
	const candidates = [...newest];
	if (candidates.length === 0) return null;
	const outcomes = await deps.online.write(candidates.map(([, { write }]) => write));
	const older = candidates.filter((_, i) => outcomes[i] === "OLDER");
	const superseded = await olderThanStored(deps, older);
	const written: string[] = [];
	let served: Micros | null = null;
	for (const [key, { row, eventTime }] of candidates) {
		if (superseded.has(key)) {
			seen.stale.add(row);
			continue;
		}
		// What stood there already, another has written, who may have died before he told of it.
		seen.shown.add(row);
		written.push(key);
		if (served === null || eventTime > served) served = eventTime;
	}
	if (served === null) return null;
	await markFirst(deps, target, view);
	return { viewVersionId: view.id, keys: written, served: { eventTime: served, servedAt: now } };
}

/** Of writes that were not taken: those whose key holds another value, which is newer. A repeated write finds itself. */
async function olderThanStored(
	{ online }: WriteLogRowsDeps,
	writes: readonly (readonly [string, Candidate])[],
): Promise<ReadonlySet<string>> {
	if (writes.length === 0) return new Set();
	const stored = await online.read(writes.map(([, { write }]) => write.key));
	const newer = writes.filter(([, { write }], i) => {
		const value = stored[i] ?? null;
		return value !== null && isNewer(value, write.value);
	});
	return new Set(newer.map(([key]) => key));
}

/** A first version that nothing precedes answers from its first row on: so a second one will not put it out of sight. */
async function markFirst(
	{ registry }: WriteLogRowsDeps,
	{ snapshot }: LogTarget,
	view: BatchViewVersion,
): Promise<void> {
	const versions = snapshot.views.get(view.definition.name);
	if (view.onlineSince !== null || versions?.online != null || versions?.current?.id !== view.id) return;
	await registry.markOnline(view.id);
}

function packOrSkip(
	{ logger }: WriteLogRowsDeps,
	pack: PackLogRow,
	row: SequencedRow,
	view: BatchViewVersion,
): OnlineWrite | null {
	try {
		return pack(row, row.sequence);
	} catch (error) {
		if (!(error instanceof FeaturegraphError)) throw error;
		// It was refused when it came, unless the definition has changed since: it must not stop the rows behind it.
		logger.error(
			{ view: view.definition.name, sequence: String(row.sequence), err: error },
			"A row cannot be kept online",
		);
		return null;
	}
}
