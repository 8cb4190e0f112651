/**
 * Rows of partial views that are pushed ONLINE alone, where no log fills them up (core/offline/partial-rows.ts): a row
 * takes over what its key has online at the moment of the push. That target is volatile, and so is this: of two pushes
 * of one key at the very same moment, the later one may not see the earlier one.
 */
import { compileDecoder } from "../../../core/online/decode.ts";
import { compileKeyEncoder } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { OnlineStore } from "../../../core/ports/online-store.ts";
import type { BatchViewVersion } from "../../../core/registry/snapshot.ts";
import { sameType } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import type { LogTarget } from "../write/log-targets.ts";
import type { PushedRow } from "./push-rows.ts";

/** The newest row of a key: its event time, and values by position in the log's columns. */
interface Held {
	readonly eventTime: Micros;
	readonly values: ReadonlyMap<number, Value>;
}

/** The rows, each with the omitted features of partial views filled in. Order and number stay. */
export async function fillPartial(
	online: Pick<OnlineStore, "read">,
	target: LogTarget,
	rows: readonly PushedRow[],
): Promise<readonly PushedRow[]> {
	if (target.partial === null || !rows.some(({ omitted }) => omitted.length > 0)) return rows;
	let filled = rows;
	for (const view of target.current) if (view.definition.partial) filled = await fillView(online, target, view, filled);
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
	const keys = rows.map(({ values }) => encodeKey(keysAt.map((position) => values[position] ?? null)));
	const names = keys.map((key) => Buffer.from(key).toString("latin1"));
	const held = new Map<string, Held>();
	for (const [i, bytes] of (await store.read(keys)).entries()) {
		const decoded = bytes === null ? null : decode(bytes);
		if (decoded === null || typeof decoded === "string") continue;
		const values = new Map(features.map(({ position }, f) => [position, decoded.values[f] ?? null]));
		held.set(names[i] ?? "", { eventTime: decoded.eventTime, values });
	}
	const filled = [...rows];
	// A row also takes over from the rows before it in the same push. The sort is stable.
	const inOrder = rows
		.map((row, index) => ({ row, index, name: names[index] ?? "", eventTime: row.values[eventAt] as Micros }))
		.sort((a, b) => (a.eventTime < b.eventTime ? -1 : a.eventTime > b.eventTime ? 1 : 0));
	for (const { row, index, name, eventTime } of inOrder) {
		const before = held.get(name);
		// A row older than the newest of its key is not shown.
		if (before !== undefined && before.eventTime > eventTime) continue;
		const values = [...row.values];
		for (const { position } of features) {
			if (row.omitted.includes(position) && !row.deleted) values[position] = before?.values.get(position) ?? null;
		}
		filled[index] = { ...row, values };
		// A deletion has no values: what follows takes nulls over.
		held.set(name, {
			eventTime,
			values: new Map(features.map(({ position }) => [position, values[position] ?? null])),
		});
	}
	return filled;
}
