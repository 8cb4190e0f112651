/** From definitions to what the offline engines read: relations, views and the logs of pushed rows. */
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import type { OfflineView, Relation } from "../ports/offline-engine.ts";
import type { LogDefinition } from "../ports/offline-log.ts";
import type { BatchViewVersion, SourceVersion } from "../registry/snapshot.ts";
import { type Column, scalar } from "../values/type.ts";

const microsPerSecond = 1_000_000n;

/** The source that has rows of its own, below all sources that read it through a query. */
function rootOf(source: SourceVersion): SourceVersion {
	let root = source;
	while (root.base !== null) root = root.base;
	return root;
}

/** From the root outwards. */
function chainOf(source: SourceVersion): SourceVersion[] {
	const chain: SourceVersion[] = [];
	for (let at: SourceVersion | null = source; at !== null; at = at.base) chain.unshift(at);
	return chain;
}

const isPushed = (source: SourceVersion): boolean => rootOf(source).definition.origin.kind === "push";

/**
 * The log of a push source (or of the one that this source derives from). `joinKeys` are those of a view that reads
 * it: a source has none of its own, and each view of it needs an index. Throws for sources that take no pushes.
 */
export function sourceLogOf(source: SourceVersion, joinKeys: readonly Column[] = []): LogDefinition {
	const root = rootOf(source);
	const { columns, eventTime, name, origin } = root.definition;
	if (origin.kind !== "push" || columns === null) {
		throw new FeaturegraphError("BAD_USER_INPUT", `The source "${name}" is not a push source: it has no log.`, {
			name,
			hint: "Push into a source that is defined with `push: {}`, or into a view.",
		});
	}
	const keys = joinKeys.map((key) => key.name).filter((key) => columns.some((column) => column.name === key));
	return { id: `source_${root.sourceId}`, columns, eventTime, index: [...keys, eventTime] };
}

/**
 * The log of rows pushed into the view itself, shared by its versions: keys, features and the time columns. Null for a
 * view of a push source, whose rows lie in the source's log.
 */
export function logOf(version: BatchViewVersion): LogDefinition | null {
	if (isPushed(version.source)) return null;
	const { eventTime, createdTime, availableTime } = version.source.definition;
	const columns: Column[] = [];
	const add = (column: Column): void => {
		if (!columns.some((existing) => existing.name === column.name)) columns.push(column);
	};
	for (const key of version.joinKeys) add(key);
	for (const { name, type } of version.definition.features) add({ name, type });
	add({ name: eventTime, type: scalar("TIMESTAMP") });
	if (createdTime !== null) add({ name: createdTime, type: scalar("TIMESTAMP") });
	if (availableTime?.kind === "column") add({ name: availableTime.column, type: scalar("TIMESTAMP") });
	return {
		id: `view_${version.viewId}`,
		columns,
		eventTime,
		index: [...version.joinKeys.map((key) => key.name), eventTime],
	};
}

/** The rows of a source: its origin and the queries over it. `joinKeys` as in `sourceLogOf`. */
export function sourceRelationOf(source: SourceVersion, joinKeys: readonly Column[] = []): Relation {
	const root = rootOf(source);
	const { origin, columns } = root.definition;
	if (origin.kind === "source") throw new Error(`The source "${root.definition.name}" was stored without its base.`);
	const steps = chainOf(source).flatMap(({ definition: { name, query } }) =>
		query === null ? [] : [{ name, sql: query }],
	);
	return { origin, steps, columns, log: origin.kind === "push" ? sourceLogOf(root, joinKeys) : null };
}

/** What an engine reads for one view version: the source, its queries, the view's transformation, and its log. */
export function offlineViewOf(version: BatchViewVersion): OfflineView {
	const { definition, source, joinKeys } = version;
	const { eventTime, createdTime, availableTime, tieBreak } = source.definition;
	const relation = sourceRelationOf(source, joinKeys);
	const { transformation, ttlSeconds } = definition;
	// The transformation knows the source by the name of the source, as its queries do.
	const steps =
		transformation === null
			? relation.steps
			: [...relation.steps, { name: source.definition.name, sql: transformation.sql }];
	return {
		name: definition.name,
		joinKeys,
		features: definition.features.map(({ name, type }) => ({ name, type })),
		relation: { ...relation, steps },
		eventTime,
		createdTime,
		availableTime,
		tieBreak,
		ttlMicros: ttlSeconds === null ? null : BigInt(ttlSeconds) * microsPerSecond,
		log: logOf(version),
	};
}
