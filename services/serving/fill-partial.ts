/**
 * `partial: true`: a pushed row that omits a feature says nothing about it, so the row takes over what its key had, and
 * goes into the log whole. Online and offline then read the same. What it takes over is the newest value online at the
 * moment of the push: of two pushes of one key at the very same moment, the later one may not see the earlier one. A row
 * older than the newest of its key has nothing to take over; its omitted features are null.
 */
import { compileDecoder } from "../../core/online/decode.ts";
import { compileKeyEncoder } from "../../core/online/key.ts";
import { onlineLayout } from "../../core/online/layout.ts";
import type { OnlineStore } from "../../core/ports/online-store.ts";
import type { BatchViewVersion } from "../../core/registry/snapshot.ts";
import { sameType } from "../../core/values/type.ts";
import type { Micros, Value } from "../../core/values/value.ts";
import { isPartial, type LogTarget } from "./log-targets.ts";
import type { PushedRow } from "./push-rows.ts";

/** What a key has: the event time of its newest row, and values by position in the log's columns. */
interface Held {
	readonly eventTime: Micros;
	readonly values: ReadonlyMap<number, Value>;
}

/** The rows, each with the omitted features of partial views filled in. Order and number stay. */
export async function fillPartial(
	store: Pick<OnlineStore, "read">,
	target: LogTarget,
	rows: readonly PushedRow[],
): Promise<readonly PushedRow[]> {
	let filled = rows;
	for (const view of target.current) {
		if (isPartial(view.definition) && filled.some(({ omitted }) => omitted.length > 0)) {
			filled = await fillView(store, target, view, filled);
		}
	}
	return filled;
}

async function fillView(
	store: Pick<OnlineStore, "read">,
	{ log, snapshot }: LogTarget,
	view: BatchViewVersion,
	rows: readonly PushedRow[],
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
	const keyed = rows.map((row, index) => {
		const key = encodeKey(keysAt.map((position) => row.values[position] ?? null));
		const name = Buffer.from(key).toString("latin1");
		keys.set(name, key);
		return { row, index, name, eventTime: row.values[eventAt] as Micros };
	});
	const stored = await store.read([...keys.values()]);
	const held = new Map<string, Held>();
	for (const [i, name] of [...keys.keys()].entries()) {
		const bytes = stored[i] ?? null;
		const decoded = bytes === null ? null : decode(bytes);
		if (decoded === null || typeof decoded === "string" || decoded.deleted) continue;
		const values = new Map(features.map(({ position }, f) => [position, decoded.values[f] ?? null]));
		held.set(name, { eventTime: decoded.eventTime, values });
	}
	const filled = [...rows];
	// A row also takes over from the rows before it in the same push.
	keyed.sort((a, b) => (a.eventTime < b.eventTime ? -1 : a.eventTime > b.eventTime ? 1 : a.index - b.index));
	for (const { row, index, name, eventTime } of keyed) {
		const before = held.get(name);
		if (before !== undefined && before.eventTime > eventTime) continue;
		if (row.deleted) {
			held.delete(name);
			continue;
		}
		const values = [...row.values];
		for (const feature of features) {
			if (row.omitted.includes(feature.name)) values[feature.position] = before?.values.get(feature.position) ?? null;
		}
		filled[index] = { ...row, values };
		held.set(name, {
			eventTime,
			values: new Map(features.map(({ position }) => [position, values[position] ?? null])),
		});
	}
	return filled;
}
