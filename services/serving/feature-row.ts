import { LRUCache } from "lru-cache";
import { requirePermission } from "../../core/access/require-permission.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { OnlineObserver } from "../../core/ports/online-observer.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { FeatureStatus } from "../../core/reads/frame.ts";
import type { ReadReference } from "../../core/reads/model.ts";
import { ReadPlan } from "../../core/reads/read-plan.ts";
import type { RegistrySnapshot, ViewVersion } from "../../core/registry/snapshot.ts";
import type { Micros, Value } from "../../core/values/value.ts";
import { compileOnlinePlan, type OnlinePlan } from "./online-plan.ts";
import type { PackedReader } from "./packed-reader.ts";
import { readOnline } from "./read-online.ts";

export interface FeatureRowRequest {
	readonly view: ViewVersion;
	/** In the order of `view.joinKeys`. */
	readonly keys: readonly Value[];
	/** Request data of an on-demand view, by column. */
	readonly request: Readonly<Record<string, Value>>;
	readonly features: readonly string[];
}

/** One entity's row of one view. */
export interface FeatureRow {
	/** Of the row: PRESENT although a feature of it is null. On demand: ERROR where an expression failed, else PRESENT. */
	readonly status: FeatureStatus;
	readonly eventTime: Micros | null;
	/** In the order of the request. */
	readonly values: readonly Value[];
}

export type LoadFeatureRow = (
	principal: Principal,
	snapshot: Pick<RegistrySnapshot, "project" | "projectId">,
	request: FeatureRowRequest,
	reader: PackedReader,
) => Promise<FeatureRow>;

interface Planned {
	readonly plan: OnlinePlan;
	readonly read: ReadReference;
}

/** Makes the use case behind the typed fields of entities, with its cache of plans. */
export function featureRowService(deps: {
	readonly clock: Clock;
	readonly plans: number;
	readonly observer?: Pick<OnlineObserver, "corrupted">;
}): LoadFeatureRow {
	const plans = new LRUCache<string, Planned>({ max: deps.plans });
	const notBad = new Uint8Array(1);

	return async (principal, { project, projectId }, { view, keys, request, features }, reader) => {
		requirePermission(principal, "READ_VALUES", project);
		const { plan, read } = planFor(projectId, view, features);
		const given = new Map<string, readonly Value[]>(Object.entries(request).map(([name, value]) => [name, [value]]));
		for (const [i, { name }] of view.joinKeys.entries()) given.set(name, [keys[i] ?? null]);
		const rows = { rowCount: 1, column: (name: string) => given.get(name) ?? [null], isBad: notBad };
		const columns = await readOnline(plan, rows, reader, deps.clock.now());
		if (columns.corrupt > 0) deps.observer?.corrupted(columns.corrupt);
		const values: Value[] = [];
		let hasFailed = false;
		for (const feature of features) {
			const column = columns.column(read, feature);
			values.push(column.values[0] ?? null);
			if (column.failures.length > 0) hasFailed = true;
		}
		if (read.kind === "onDemand") return { status: hasFailed ? "ERROR" : "PRESENT", eventTime: null, values };
		const { rowStatuses, eventTimes } = columns.stored(read.index);
		return { status: rowStatuses[0] ?? "NOT_FOUND", eventTime: eventTimes[0] ?? null, values };
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

const firstFeature = (view: ViewVersion): readonly string[] =>
	view.definition.features.slice(0, 1).map(({ name }) => name);
