/** Which view versions a log of pushed rows feeds online. */
import { logOf, sourceLogOf } from "../../../core/offline/offline-view.ts";
import type { LogDefinition, PartialColumns } from "../../../core/ports/offline-log.ts";
import { keptVersions } from "../../../core/registry/kept-versions.ts";
import type { BatchViewVersion, RegistrySnapshot, SourceVersion } from "../../../core/registry/snapshot.ts";
import type { Column } from "../../../core/values/type.ts";

export interface LogTarget {
	readonly snapshot: RegistrySnapshot;
	readonly log: LogDefinition;
	/** One per set of join keys that reads the log: what its indexes are made for. */
	readonly indexed: readonly LogDefinition[];
	/** Says which columns are times. */
	readonly source: SourceVersion;
	/** Join keys of the views: a row must have them all. */
	readonly joinKeys: readonly Column[];
	/** Current versions that read the log: an omitted feature of these is told. */
	readonly current: readonly BatchViewVersion[];
	/** Null: rows are whole. */
	readonly partial: PartialColumns | null;
	/** Versions that take rows online as they are pushed: current, answering online, or pinned. */
	readonly online: readonly BatchViewVersion[];
}

const targetsOf = new WeakMap<RegistrySnapshot, ReadonlyMap<string, LogTarget>>();

/** Every log of a project by its id. Made once per revision. */
export function logTargets(snapshot: RegistrySnapshot): ReadonlyMap<string, LogTarget> {
	let targets = targetsOf.get(snapshot);
	if (targets === undefined) {
		targets = new Map([...sourceTargets(snapshot), ...viewTargets(snapshot)].map((target) => [target.log.id, target]));
		targetsOf.set(snapshot, targets);
	}
	return targets;
}

function* sourceTargets(snapshot: RegistrySnapshot): Iterable<LogTarget> {
	const kept = keptVersions(snapshot);
	for (const { current, all } of snapshot.sources.values()) {
		const source = current ?? all.at(-1);
		if (source?.definition.origin.kind !== "push") continue;
		// A query over the source, or the view's own SQL, runs in batch alone: such views are materialized.
		const direct = kept.filter(
			(version) =>
				version.source.sourceId === source.sourceId &&
				version.source.definition.query === null &&
				version.definition.transformation === null,
		);
		const currentViews = direct.filter((version) => isCurrent(snapshot, version));
		const columns = source.definition.columns ?? [];
		const joinKeys = distinct(currentViews.flatMap((version) => version.joinKeys)).filter((key) =>
			columns.some((column) => column.name === key.name),
		);
		yield {
			snapshot,
			log: sourceLogOf(source, joinKeys),
			indexed: [...new Map(direct.map((version) => [indexName(version), version])).values()].map((version) =>
				sourceLogOf(source, version.joinKeys),
			),
			source,
			joinKeys,
			current: currentViews,
			partial: partialColumns(source, columns, currentViews),
			online: direct.filter((version) => version.definition.online),
		};
	}
}

function* viewTargets(snapshot: RegistrySnapshot): Iterable<LogTarget> {
	const kept = keptVersions(snapshot);
	for (const { current, all } of snapshot.views.values()) {
		const view = current ?? all.at(-1);
		if (view?.kind !== "BATCH") continue;
		const log = logOf(view);
		if (log === null) continue;
		const versions = kept.filter((version) => version.viewId === view.viewId);
		yield {
			snapshot,
			log,
			indexed: [log],
			source: view.source,
			joinKeys: view.joinKeys,
			current: [view],
			partial: null,
			online: versions.filter((version) => version.definition.online),
		};
	}
}

/** Views of one log of which one is partial have the same keys, and the features that they share are partial in all. */
function partialColumns(
	{ definition }: SourceVersion,
	columns: readonly Column[],
	views: readonly BatchViewVersion[],
): PartialColumns | null {
	const partial = views.filter((view) => view.definition.partial);
	const [first] = partial;
	if (first === undefined) return null;
	const positionOf = (name: string): number => columns.findIndex((column) => column.name === name);
	const features = partial.flatMap((view) => view.definition.features.map(({ name }) => positionOf(name)));
	const { eventTime, createdTime, tieBreak } = definition;
	return {
		keys: first.joinKeys.map(({ name }) => positionOf(name)),
		features: [...new Set(features)],
		order: [eventTime, ...(createdTime === null ? [] : [createdTime]), ...tieBreak].map(positionOf),
	};
}

const isCurrent = (snapshot: RegistrySnapshot, version: BatchViewVersion): boolean =>
	snapshot.views.get(version.definition.name)?.current?.id === version.id;

const indexName = (version: BatchViewVersion): string => version.joinKeys.map(({ name }) => name).join(" ");

const distinct = (columns: readonly Column[]): Column[] => [
	...new Map(columns.map((column) => [column.name, column])).values(),
];
