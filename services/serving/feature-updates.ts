/** New values of named entities as they are written. Nothing queues up: a slow reader gets the latest of each. */
import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError, FeaturegraphErrors } from "../../core/errors/featuregraph-error.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { FeatureFrame } from "../../core/reads/frame.ts";
import type { RequestBinding, Selection } from "../../core/reads/model.ts";
import { resolveSelection } from "../../core/reads/resolve-selection.ts";
import type { Value } from "../../core/values/value.ts";
import { follow } from "../follow/follow.ts";
import { type EntityRows, readEntityRows } from "./read/entity-rows.ts";
import type { OnlineFeatures } from "./read/online-features.ts";
import { compileOnlinePlan } from "./read/online-plan.ts";
import type { PackedReader } from "./read/packed-reader.ts";

export interface FeatureUpdatesInput {
	readonly project: string;
	readonly select: Selection;
	readonly entities: readonly unknown[];
}

export interface FeatureUpdatesDeps {
	readonly registry: Pick<RegistryReader, "snapshot">;
	readonly bus: Pick<Bus, "subscribe">;
	readonly onlineFeatures: OnlineFeatures;
	/** A reader that has read nothing yet. */
	readonly newReader: () => PackedReader;
	/** Entities of one subscription. */
	readonly mostEntities: number;
	/** Between two looks when no event comes: the bus delivers at most once. */
	readonly pollMs: number;
}

/**
 * Frames of the entities that have changed since the frame before, in the order in which they were named. Begins with
 * the first change. BAD_USER_INPUT and the like as `onlineFeatures`. A malformed row would be in no frame, since it never
 * changes: such rows refuse the subscription, each by its index.
 */
export type FeatureUpdates = (
	principal: Principal,
	input: FeatureUpdatesInput,
) => Promise<AsyncIterableIterator<FeatureFrame>>;

const noBindings: readonly RequestBinding[] = [];

export function featureUpdatesService(deps: FeatureUpdatesDeps): FeatureUpdates {
	return async (principal, { project, select, entities }) => {
		requirePermission(principal, "READ_VALUES", project);
		if (entities.length > deps.mostEntities) {
			throw new FeaturegraphError(
				"LIMIT_EXCEEDED",
				`${entities.length} entities in one subscription; at most ${deps.mostEntities} are taken.`,
				{ name: "entities", hint: "Subscribe in parts." },
			);
		}
		const readRows = (rows: readonly number[]): Promise<FeatureFrame> => {
			const input = { project, select, bindings: noBindings, fullFeatureNames: false };
			const wanted = rows.map((row) => entities[row]);
			return deps.onlineFeatures(principal, { ...input, entities: wanted }, deps.newReader());
		};
		const every = entities.map((_, row) => row);
		let watched: Watched = { revision: "", rowsByKey: new Map() };
		let pending = new Set<number>();
		const sent: (string | undefined)[] = [];

		/** Reads rows, and keeps those that are otherwise than they were. */
		const changed = async (rows: readonly number[]): Promise<FeatureFrame | null> => {
			if (rows.length === 0) return null;
			const frame = await readRows(rows);
			const isNew = rows.map((row, at) => {
				const face = faceOf(frame, at);
				if (sent[row] === face) return false;
				sent[row] = face;
				return true;
			});
			return isNew.includes(true) ? onlyRows(frame, isNew) : null;
		};

		const updates = await follow<FeatureFrame>({
			subscribe: async (wake) => {
				const stopValues = await deps.bus.subscribe("values", ({ viewVersionId, keys }) => {
					const rowsOf = watched.rowsByKey.get(viewVersionId);
					if (rowsOf === undefined) return;
					const rows = keys.length === 0 ? every : keys.flatMap((key) => rowsOf.get(key) ?? []);
					for (const row of rows) pending.add(row);
					if (rows.length > 0) wake();
				});
				const stopRegistry = await deps.bus.subscribe("registry", (event) => {
					if (event.project !== project) return;
					pending = new Set(every);
					wake();
				});
				return async () => {
					await Promise.all([stopValues(), stopRegistry()]);
				};
			},
			read: async () => {
				const snapshot = await deps.registry.snapshot(project);
				if (snapshot.revision !== watched.revision) {
					watched = watch(snapshot, select, entities);
					pending = new Set(every);
				}
				// What nobody told of is found by looking at all of them.
				const rows = pending.size === 0 ? every : [...pending].sort((a, b) => a - b);
				pending = new Set();
				const frame = await changed(rows);
				return { items: frame === null ? [] : [frame], done: false };
			},
			pollMs: deps.pollMs,
		});
		try {
			// What is there already is no news. Whatever is written from here on is compared with it.
			watched = watch(await deps.registry.snapshot(project), select, entities);
			await changed(every);
			return updates;
		} catch (error) {
			await updates.return?.();
			throw error;
		}
	};
}

interface Watched {
	readonly revision: string;
	/** By view version: rows by online key in base64. */
	readonly rowsByKey: ReadonlyMap<number, ReadonlyMap<string, readonly number[]>>;
}

/** FeaturegraphErrors of all rows that are malformed. */
function watch(
	snapshot: Awaited<ReturnType<RegistryReader["snapshot"]>>,
	select: Selection,
	entities: readonly unknown[],
): Watched {
	const selection = resolveSelection(snapshot, select, noBindings, { fullFeatureNames: false, versions: "online" });
	const rows = readEntityRows(selection.joinKeys, selection.request, entities);
	if (rows.errors.length > 0) throw new FeaturegraphErrors(rows.errors);
	const rowsByKey = new Map<number, Map<string, number[]>>();
	for (const { read, encodeKey } of compileOnlinePlan(snapshot.projectId, selection).reads) {
		const byKey = rowsByKey.get(read.view.id) ?? new Map<string, number[]>();
		rowsByKey.set(read.view.id, byKey);
		for (let row = 0; row < rows.rowCount; row++) {
			const values = keysOf(rows, read.keyColumns, row);
			if (values === null) continue;
			const key = Buffer.from(encodeKey(values)).toString("base64");
			byKey.set(key, [...(byKey.get(key) ?? []), row]);
		}
	}
	return { revision: snapshot.revision, rowsByKey };
}

/** Null where one is null: nothing is ever written there. */
function keysOf(rows: EntityRows, columns: readonly string[], row: number): readonly Value[] | null {
	const values = columns.map((name) => rows.column(name)[row] ?? null);
	return rows.isBad[row] === 1 || values.includes(null) ? null : values;
}

/** All that a reader sees of one row. */
const faceOf = ({ columns }: FeatureFrame, row: number): string =>
	JSON.stringify(
		columns.map(({ values, statuses, eventTimes }) => [
			values[row],
			statuses?.[row],
			eventTimes?.[row]?.toString() ?? null,
		]),
	);

function onlyRows(frame: FeatureFrame, wanted: readonly boolean[]): FeatureFrame {
	const pick = <T>(list: readonly T[]): T[] => list.filter((_, row) => wanted[row] === true);
	const places = new Map(wanted.flatMap((isWanted, row) => (isWanted ? [row] : [])).map((row, place) => [row, place]));
	return {
		...frame,
		rowCount: places.size,
		columns: frame.columns.map((column) => ({
			...column,
			values: pick(column.values),
			statuses: column.statuses === null ? null : pick(column.statuses),
			eventTimes: column.eventTimes === null ? null : pick(column.eventTimes),
		})),
		rowErrors: frame.rowErrors.flatMap((error) => {
			const index = places.get(error.index ?? -1);
			return index === undefined ? [] : [{ ...error, index }];
		}),
	};
}
