import { LRUCache } from "lru-cache";
import { requirePermission } from "../../../core/access/require-permission.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { OnlineObserver } from "../../../core/ports/online-observer.ts";
import type { Principal } from "../../../core/ports/principal.ts";
import type { FeatureStatus } from "../../../core/reads/frame.ts";
import type { ReadReference } from "../../../core/reads/model.ts";
import { ReadPlan } from "../../../core/reads/read-plan.ts";
import type { RegistrySnapshot, ViewVersion } from "../../../core/registry/snapshot.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import type { OnlineRows, ReadColumn } from "./online-columns.ts";
import { anyTime, compileOnlinePlan, type OnlinePlan } from "./online-plan.ts";
import type { PackedReader } from "./packed-reader.ts";
import { readOnline } from "./read-stored.ts";
import type { StoredColumns } from "./stored-columns.ts";

/** The same features of one view, of any number of entities. */
export interface FeatureRowsRequest {
	readonly view: ViewVersion;
	readonly features: readonly string[];
	readonly rows: readonly AskedRow[];
}

export interface AskedRow {
	/** In the order of `view.joinKeys`. */
	readonly keys: readonly Value[];
	/** Request data of an on-demand view, by column. */
	readonly request: Readonly<Record<string, Value>>;
}

/** Rows of one view by columns, in the order in which they were asked for. */
export interface FeatureRows {
	/** Of the rows: PRESENT although a feature is null. On demand: ERROR where an expression failed, else PRESENT. */
	readonly statuses: readonly FeatureStatus[];
	/** Null: they are computed on demand. */
	readonly eventTimes: readonly (Micros | null)[] | null;
	/** In the order of the request's features. */
	readonly columns: readonly (readonly Value[])[];
}

export type LoadFeatureRows = (
	principal: Principal,
	snapshot: Pick<RegistrySnapshot, "project" | "projectId">,
	request: FeatureRowsRequest,
	reader: PackedReader,
) => Promise<FeatureRows>;

interface Planned {
	readonly plan: OnlinePlan;
	readonly read: ReadReference;
}

/** Makes the use case behind the typed fields of entities, with its cache of plans. */
export function featureRowsService(deps: {
	readonly clock: Clock;
	readonly plans: number;
	readonly observer?: Pick<OnlineObserver, "corrupted">;
}): LoadFeatureRows {
	const plans = new LRUCache<string, Planned>({ max: deps.plans });

	return async (principal, { project, projectId }, { view, features, rows: asked }, reader) => {
		requirePermission(principal, "READ_VALUES", project);
		const { plan, read } = planFor(projectId, view, features);
		const now = plan.expires ? deps.clock.now() : anyTime;
		const found = await readOnline(plan, onlineRows(view, asked), reader, now);
		if (found.corrupt > 0) deps.observer?.corrupted(found.corrupt);
		const columns = features.map((feature) => found.column(read, feature));
		const stored = read.kind === "onDemand" ? null : found.stored(read.index);
		const values = columns.map((column) => column.values);
		if (stored === null)
			return { statuses: computedStatuses(asked.length, columns), eventTimes: null, columns: values };
		return new StoredRows(stored, values);
	};

	function planFor(projectId: number, view: ViewVersion, features: readonly string[]): Planned {
		const key = `${view.id} ${features.join(" ")}`;
		let planned = plans.get(key);
		if (planned === undefined) {
			const reads = new ReadPlan();
			const read = reads.read(view, {});
			// A row without any of its features still has a status, so one is read for it.
			for (const feature of features.length > 0 ? features : firstFeature(view)) reads.need(read, feature);
			planned = { plan: compileOnlinePlan(projectId, reads), read };
			plans.set(key, planned);
		}
		return planned;
	}
}

/** Rows of what is stored, whose event times are decoded when they are asked for. */
class StoredRows implements FeatureRows {
	readonly statuses: readonly FeatureStatus[];
	readonly columns: FeatureRows["columns"];
	readonly #stored: StoredColumns;

	constructor(stored: StoredColumns, columns: FeatureRows["columns"]) {
		this.statuses = stored.rowStatuses;
		this.columns = columns;
		this.#stored = stored;
	}

	get eventTimes(): FeatureRows["eventTimes"] {
		return this.#stored.eventTimes;
	}
}

function computedStatuses(rowCount: number, columns: readonly ReadColumn[]): FeatureStatus[] {
	const statuses = new Array<FeatureStatus>(rowCount).fill("PRESENT");
	for (const { failures } of columns) for (const { row } of failures) statuses[row] = "ERROR";
	return statuses;
}

function onlineRows({ joinKeys }: ViewVersion, asked: readonly AskedRow[]): OnlineRows {
	const places = new Map(joinKeys.map(({ name }, index) => [name, index]));
	return {
		rowCount: asked.length,
		isBad: new Uint8Array(asked.length),
		column(name) {
			const place = places.get(name);
			return asked.map(({ keys, request }) => (place === undefined ? request[name] : keys[place]) ?? null);
		},
	};
}

const firstFeature = (view: ViewVersion): readonly string[] =>
	view.definition.features.slice(0, 1).map(({ name }) => name);
