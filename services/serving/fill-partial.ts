/**
 * `partial: true`: a pushed row that omits a feature says nothing about it, so the row takes over what its key had, and
 * goes into the log whole. Online and offline then read the same. What it takes over is the newest value that is online at
 * the moment of the push, or that waits for its time and will be seen by the time that the row is: of two pushes of one
 * key at the very same moment, the later one may not see the earlier one. A row older than the newest of its key has
 * nothing to take over; its omitted features are null.
 */
import { compileDecoder } from "../../core/online/decode.ts";
import { compileKeyEncoder } from "../../core/online/key.ts";
import { onlineLayout } from "../../core/online/layout.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { OfflineLog } from "../../core/ports/offline-log.ts";
import type { OnlineStore } from "../../core/ports/online-store.ts";
import type { BatchViewVersion } from "../../core/registry/snapshot.ts";
import { sameType } from "../../core/values/type.ts";
import type { Micros, Value } from "../../core/values/value.ts";
import { isPartial, type LogTarget } from "./log-targets.ts";
import type { PushedRow } from "./push-rows.ts";

/** A row of a key: its event time, when it may be seen (null: it is), and values by position in the log's columns. */
interface Held {
	readonly eventTime: Micros;
	readonly dueAt: Micros | null;
	readonly values: ReadonlyMap<number, Value>;
}

export interface FillPartialDeps {
	readonly online: Pick<OnlineStore, "read">;
	readonly log: Pick<OfflineLog, "due" | "rowsOf">;
	readonly clock: Clock;
}

/** Handovers that are looked through for rows that wait. */
const mostWaiting = 1_000;

/** The rows, each with the omitted features of partial views filled in. Order and number stay. */
export async function fillPartial(
	deps: FillPartialDeps,
	target: LogTarget,
	rows: readonly PushedRow[],
): Promise<readonly PushedRow[]> {
	const views = target.current.filter(({ definition }) => isPartial(definition));
	if (views.length === 0 || !rows.some(({ omitted }) => omitted.length > 0)) return rows;
	const waiting = await waitingRows(deps, target, rows);
	let filled = rows;
	for (const view of views) filled = await fillView(deps.online, target, view, filled, waiting);
	return filled;
}

interface WaitingRow {
	readonly values: readonly Value[];
	readonly deleted: boolean;
	readonly dueAt: Micros;
}

/** Rows in the log that will be seen by the time that one of these is. */
async function waitingRows(
	{ log, clock }: FillPartialDeps,
	target: LogTarget,
	rows: readonly PushedRow[],
): Promise<readonly WaitingRow[]> {
	const last = rows.reduce<Micros | null>((most, { dueAt }) => laterOf(most, dueAt), null);
	if (last === null || last <= clock.now()) return [];
	const waiting: WaitingRow[] = [];
	for (const handover of await log.due(last, mostWaiting)) {
		if (handover.log !== target.log.id) continue;
		const { dueAt } = handover;
		for (const { values, deleted } of await log.rowsOf(target.log, handover)) waiting.push({ values, deleted, dueAt });
	}
	return waiting;
}

const laterOf = (a: Micros | null, b: Micros | null): Micros | null => (a === null || (b !== null && b > a) ? b : a);

async function fillView(
	store: Pick<OnlineStore, "read">,
	{ log, snapshot }: LogTarget,
	view: BatchViewVersion,
	rows: readonly PushedRow[],
	waiting: readonly WaitingRow[],
): Promise<readonly PushedRow[]> {
	const positionOf = (name: string): number => log.columns.findIndex((column) => column.name === name);
	const eventAt = positionOf(view.source.definition.eventTime);
	const keysAt = view.joinKeys.map(({ name }) => positionOf(name));
	// A feature of another type than its column is made by conversion, which has no way back.
	const features = view.definition.features.flatMap(({ name, type }) => {
		const position = positionOf(name);
		const column = log.columns[position];
		return column !== undefined && sameType(column.type, type) ? [{ name, position }] : [];
	});
	const encodeKey = compileKeyEncoder(snapshot.projectId, view.id, view.joinKeys);
	const decode = compileDecoder(
		onlineLayout(view.definition.features, []),
		features.map(({ name }) => name),
	);
	const keys = new Map<string, Uint8Array>();
	const nameOf = (values: readonly Value[]): string | null => {
		const key = keysAt.map((position) => values[position] ?? null);
		return key.includes(null) ? null : Buffer.from(encodeKey(key)).toString("latin1");
	};
	const keyed: (WrittenRow & { readonly name: string; readonly eventTime: Micros })[] = [];
	const add = (row: WrittenRow): void => {
		const name = nameOf(row.values);
		if (name === null) return;
		keyed.push({ ...row, name, eventTime: row.values[eventAt] as Micros });
		if (row.index !== null) keys.set(name, Buffer.from(name, "latin1"));
	};
	for (const row of waiting) add({ ...row, omitted: [], index: null });
	for (const [index, row] of rows.entries()) add({ ...row, index });
	const held = new Map<string, Held[]>();
	const hold = (name: string, row: Held): void => {
		const rowsOfKey = held.get(name);
		if (rowsOfKey === undefined) held.set(name, [row]);
		else rowsOfKey.push(row);
	};
	const stored = await store.read([...keys.values()]);
	for (const [i, name] of [...keys.keys()].entries()) {
		const bytes = stored[i] ?? null;
		const decoded = bytes === null ? null : decode(bytes);
		if (decoded === null || typeof decoded === "string") continue;
		const values = new Map(features.map(({ position }, f) => [position, decoded.values[f] ?? null]));
		hold(name, { eventTime: decoded.eventTime, dueAt: null, values });
	}
	const filled = [...rows];
	// A row also takes over from the rows before it in the same push. The sort is stable.
	keyed.sort((a, b) => (a.eventTime < b.eventTime ? -1 : a.eventTime > b.eventTime ? 1 : 0));
	for (const { index, name, eventTime, dueAt, deleted, omitted, values: written } of keyed) {
		const values = [...written];
		if (omitted.length > 0 && !deleted) {
			const before = newestSeen(held.get(name) ?? [], eventTime, dueAt);
			for (const feature of features) {
				if (omitted.includes(feature.name)) values[feature.position] = before?.values.get(feature.position) ?? null;
			}
			if (index !== null) filled[index] = { ...(rows[index] as PushedRow), values };
		}
		// A deletion has no values: what follows takes nulls over.
		hold(name, {
			eventTime,
			dueAt,
			values: new Map(features.map(({ position }) => [position, values[position] ?? null])),
		});
	}
	return filled;
}

/** A row that waits, or that of the push at `index`. */
interface WrittenRow extends Pick<PushedRow, "values" | "deleted" | "dueAt" | "omitted"> {
	readonly index: number | null;
}

/** Of rows that will be seen by `dueAt`, the newest, unless it is newer than `eventTime`. */
function newestSeen(rows: readonly Held[], eventTime: Micros, dueAt: Micros | null): Held | null {
	let newest: Held | null = null;
	for (const row of rows) {
		const isSeen = row.dueAt === null || (dueAt !== null && row.dueAt <= dueAt);
		if (isSeen && (newest === null || row.eventTime >= newest.eventTime)) newest = row;
	}
	return newest !== null && newest.eventTime <= eventTime ? newest : null;
}
