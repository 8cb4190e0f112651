/** A registry by hand, for tests that need definitions and no database. */
import type {
	BatchViewDefinition,
	EntityDefinition,
	FeatureDefinition,
	OnDemandViewDefinition,
	ServiceDefinition,
	SourceDefinition,
} from "../../core/definitions/model.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type {
	BatchViewVersion,
	EntityVersion,
	OnDemandViewVersion,
	RegistrySnapshot,
	ServiceFeature,
	ServiceVersion,
	SourceVersion,
	ViewVersion,
} from "../../core/registry/snapshot.ts";
import { type Column, parseValueType, type ValueType } from "../../core/values/type.ts";
import type { Registry } from "../../services/registry/registry.ts";

const governance = { description: null, owner: null, tags: [] };
const stored = (id: number, version = 1) => ({
	id,
	version,
	hash: `hash-${id}`,
	isCurrent: true,
	createdAt: 0n,
	createdBy: null,
});

export function typeNamed(text: string): ValueType {
	const type = parseValueType(text);
	if (type === undefined) throw new Error(`No type: ${text}`);
	return type;
}

/** `{airport: "string"}` as columns. */
export const columnsOf = (types: Readonly<Record<string, string>>): Column[] =>
	Object.entries(types).map(([name, type]) => ({ name, type: typeNamed(type) }));

const feature = (name: string, type: string, expression: string | null): FeatureDefinition => ({
	name,
	type: typeNamed(type),
	description: null,
	tags: [],
	classification: null,
	expression,
	graphql: {},
});

export function entity(id: number, name: string, joinKeys: Readonly<Record<string, string>>): EntityVersion {
	const definition: EntityDefinition = {
		...governance,
		kind: "entity",
		name,
		joinKeys: columnsOf(joinKeys),
		graphql: {},
	};
	return { ...stored(id), definition };
}

export function pushSource(
	id: number,
	name: string,
	columns: Readonly<Record<string, string>>,
	over: Partial<SourceDefinition> = {},
): SourceVersion {
	const definition: SourceDefinition = {
		...governance,
		kind: "source",
		name,
		origin: { kind: "push" },
		query: null,
		eventTime: "event_time",
		createdTime: null,
		availableTime: null,
		tieBreak: [],
		columns: columnsOf(columns),
		...over,
	};
	return { ...stored(id), sourceId: id, definition, base: null };
}

export interface BatchViewParts {
	readonly version?: number;
	readonly viewId?: number;
	readonly onlineSince?: bigint | null;
	readonly definition?: Partial<BatchViewDefinition>;
}

export function batchView(
	id: number,
	name: string,
	entities: readonly EntityVersion[],
	source: SourceVersion,
	features: Readonly<Record<string, string>>,
	{ version = 1, viewId = id, onlineSince = 0n, definition = {} }: BatchViewParts = {},
): BatchViewVersion {
	return {
		...stored(id, version),
		kind: "BATCH",
		viewId,
		entities,
		joinKeys: entities.flatMap((each) => each.definition.joinKeys),
		source,
		onlineSince,
		definition: {
			...governance,
			kind: "view",
			viewKind: "BATCH",
			name,
			entities: entities.map((each) => each.definition.name),
			source: source.definition.name,
			ttlSeconds: null,
			freshnessSlaSeconds: null,
			partial: false,
			online: true,
			offline: true,
			schedule: null,
			features: Object.entries(features).map(([key, type]) => feature(key, type, null)),
			transformation: null,
			graphql: {},
			...definition,
		},
	};
}

export function onDemandView(
	id: number,
	name: string,
	request: Readonly<Record<string, string>>,
	inputs: readonly ViewVersion[],
	features: Readonly<Record<string, readonly [type: string, expression: string]>>,
): OnDemandViewVersion {
	const definition: OnDemandViewDefinition = {
		...governance,
		kind: "view",
		viewKind: "ON_DEMAND",
		name,
		inputs: { request: columnsOf(request), views: inputs.map((input) => input.definition.name) },
		features: Object.entries(features).map(([key, [type, expression]]) => feature(key, type, expression)),
		graphql: {},
	};
	const joinKeys = new Map(inputs.flatMap((input) => input.joinKeys).map((key) => [key.name, key]));
	const entities = new Map(inputs.flatMap((input) => input.entities).map((each) => [each.id, each]));
	return {
		...stored(id),
		kind: "ON_DEMAND",
		viewId: id,
		definition,
		entities: [...entities.values()],
		joinKeys: [...joinKeys.values()],
		inputs,
	};
}

export function service(id: number, name: string, features: readonly ServiceFeature[], version = 1): ServiceVersion {
	const definition: ServiceDefinition = { ...governance, kind: "service", name, features: [], bindings: [] };
	return { ...stored(id, version), serviceId: id, definition, features, schemaHash: `schema-${id}` };
}

/** A project of these versions; the last of each name is the current one, the last that is online answers online. */
export function snapshotOf(parts: {
	readonly sources?: readonly SourceVersion[];
	readonly views: readonly ViewVersion[];
	readonly services?: readonly ServiceVersion[];
	readonly revision?: string;
}): RegistrySnapshot {
	const versions = <T extends { readonly definition: { readonly name: string } }>(all: readonly T[]) =>
		new Map(
			[...Map.groupBy(all, (version) => version.definition.name)].map(([name, list]) => [
				name,
				{ all: list, current: list.at(-1) ?? null },
			]),
		);
	const isOnline = (view: ViewVersion): boolean =>
		view.kind === "BATCH" ? view.onlineSince !== null : view.inputs.every(isOnline);
	const views = new Map(
		[...versions(parts.views)].map(([name, each]) => [name, { ...each, online: each.all.findLast(isOnline) ?? null }]),
	);
	return {
		projectId: 1,
		project: "default",
		description: null,
		registryVersion: 7,
		revision: parts.revision ?? "1",
		entities: new Map(),
		sources: versions(parts.sources ?? []),
		views,
		services: versions(parts.services ?? []),
	};
}

/** A registry that holds this one project. */
export function registryOf(
	snapshot: () => RegistrySnapshot,
	marked: number[] = [],
): RegistryReader & Pick<Registry, "refresh"> {
	return {
		refresh: () => Promise.resolve(),
		snapshot: () => Promise.resolve(snapshot()),
		projects: () => Promise.resolve(["default"]),
		markOnline(id) {
			marked.push(id);
			return Promise.resolve();
		},
	};
}
