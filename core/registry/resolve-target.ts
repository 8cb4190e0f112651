/**
 * What the registry would hold after an apply: every definition with its hash, the version that it is (an existing one,
 * or the next), and the versions that it is made from.
 */
import {
	batchViewHash,
	entityHash,
	type HashedFeature,
	hashOf,
	onDemandViewHash,
	serviceHash,
	sourceHash,
} from "../definitions/hash.ts";
import type {
	Definition,
	EntityDefinition,
	ProjectDefinitions,
	ServiceDefinition,
	SourceDefinition,
	ViewDefinition,
} from "../definitions/model.ts";
import { parseFeatureReference } from "../reads/feature-reference.ts";
import type { Column } from "../values/type.ts";
import { distinctColumns } from "./build-snapshot.ts";
import type { RegistrySnapshot, Versions, ViewVersion } from "./snapshot.ts";

interface AnyVersion {
	readonly id: number;
	readonly version: number;
	readonly hash: string;
	readonly definition: Definition;
}

export interface Target<D extends Definition = Definition> {
	readonly definition: D;
	readonly hash: string;
	/** The number of the version. */
	readonly version: number;
	/** The version if there is one already. */
	readonly stored: AnyVersion | null;
	/** The version that is current before. */
	readonly before: AnyVersion | null;
	/** Whether an object of this name ever existed. */
	readonly isKnown: boolean;
}

export interface ViewTarget extends Target<ViewDefinition> {
	/** Of a batch view. */
	readonly entities: readonly Target<EntityDefinition>[];
	readonly source: SourceTarget | null;
	/** Of a view on demand. */
	readonly inputs: readonly ViewTarget[];
	readonly joinKeys: readonly Column[];
}

export interface SourceTarget extends Target<SourceDefinition> {
	readonly base: SourceTarget | null;
}

export interface ServiceTargetFeature {
	readonly prefix: string;
	/** A view as applied, or a version that the service names. */
	readonly view: ViewTarget | ViewVersion;
	readonly feature: string;
	readonly joinKeys: Readonly<Record<string, string>>;
}

export interface ServiceTarget extends Target<ServiceDefinition> {
	readonly features: readonly ServiceTargetFeature[];
	readonly schemaHash: string;
}

export interface RegistryTarget {
	readonly entities: readonly Target<EntityDefinition>[];
	/** A source behind the one that it reads. */
	readonly sources: readonly SourceTarget[];
	/** A view behind its inputs. */
	readonly views: readonly ViewTarget[];
	readonly services: readonly ServiceTarget[];
}

/** The definitions must have passed every check. `snapshot` is the registry as it is; null: empty. */
export function resolveTarget(definitions: ProjectDefinitions, snapshot: RegistrySnapshot | null): RegistryTarget {
	const entities = new Map(
		definitions.entities.map((definition) => {
			const hash = entityHash(definition);
			return [definition.name, target(definition, hash, snapshot?.entities.get(definition.name))];
		}),
	);
	const sources = resolveSources(definitions, snapshot);
	const views = resolveViews(definitions, snapshot, entities, sources);
	const services = definitions.services.map((definition) => resolveService(definition, snapshot, views));
	return { entities: [...entities.values()], sources: [...sources.values()], views: [...views.values()], services };
}

function target<D extends Definition>(
	definition: D,
	hash: string,
	versions: Versions<AnyVersion> | undefined,
): Target<D> {
	const all = versions?.all ?? [];
	const stored = all.find((version) => version.hash === hash) ?? null;
	return {
		definition: stored === null ? definition : inStoredOrder(definition, stored.definition),
		hash,
		version: stored?.version ?? (all.at(-1)?.version ?? 0) + 1,
		stored,
		before: versions?.current ?? null,
		isKnown: versions !== undefined,
	};
}

/** Maps of files have no order, stored columns have: that of the first writing stays. */
function inStoredOrder<D extends Definition>(definition: D, stored: Definition): D {
	if (definition.kind !== stored.kind) return definition;
	const order = <C extends { readonly name: string }>(
		columns: readonly C[],
		as: readonly { readonly name: string }[],
	) => as.flatMap(({ name }) => columns.find((column) => column.name === name) ?? []);
	if (definition.kind === "entity" && stored.kind === "entity") {
		return { ...definition, joinKeys: order(definition.joinKeys, stored.joinKeys) };
	}
	if (definition.kind === "source" && stored.kind === "source") {
		const { columns } = definition;
		return { ...definition, columns: columns === null ? null : order(columns, stored.columns ?? []) };
	}
	if (definition.kind === "view" && stored.kind === "view") {
		const features = order(definition.features, stored.features);
		if (definition.viewKind === "BATCH" || stored.viewKind === "BATCH") return { ...definition, features };
		const request = order(definition.inputs.request, stored.inputs.request);
		return { ...definition, features, inputs: { ...definition.inputs, request } };
	}
	return definition;
}

function resolveSources(
	{ sources }: ProjectDefinitions,
	snapshot: RegistrySnapshot | null,
): ReadonlyMap<string, SourceTarget> {
	const definitions = new Map(sources.map((definition) => [definition.name, definition]));
	const resolved = new Map<string, SourceTarget>();
	const resolve = (definition: SourceDefinition): SourceTarget => {
		const known = resolved.get(definition.name);
		if (known !== undefined) return known;
		const { origin, name } = definition;
		const base = origin.kind === "source" ? resolve(existing(definitions, origin.source)) : null;
		const hash = sourceHash(definition, base?.hash ?? null);
		const result = { ...target(definition, hash, snapshot?.sources.get(name)), base };
		resolved.set(name, result);
		return result;
	};
	for (const definition of sources) resolve(definition);
	return resolved;
}

function resolveViews(
	{ views }: ProjectDefinitions,
	snapshot: RegistrySnapshot | null,
	entities: ReadonlyMap<string, Target<EntityDefinition>>,
	sources: ReadonlyMap<string, SourceTarget>,
): ReadonlyMap<string, ViewTarget> {
	const definitions = new Map(views.map((definition) => [definition.name, definition]));
	const resolved = new Map<string, ViewTarget>();
	const resolve = (definition: ViewDefinition): ViewTarget => {
		const known = resolved.get(definition.name);
		if (known !== undefined) return known;
		const versions = snapshot?.views.get(definition.name);
		let result: ViewTarget;
		if (definition.viewKind === "BATCH") {
			const ofEntities = definition.entities.map((name) => existing(entities, name));
			const source = existing(sources, definition.source);
			const hashes = ofEntities.map(({ hash }) => hash);
			result = {
				...target(definition, batchViewHash(definition, hashes, source.hash), versions),
				entities: ofEntities,
				source,
				inputs: [],
				joinKeys: distinctColumns(ofEntities.flatMap((entity) => entity.definition.joinKeys)),
			};
		} else {
			const inputs = definition.inputs.views.map((name) => resolve(existing(definitions, name)));
			const hashes = inputs.map(({ hash }) => hash);
			result = {
				...target(definition, onDemandViewHash(definition, hashes), versions),
				entities: [],
				source: null,
				inputs,
				joinKeys: distinctColumns(inputs.flatMap((input) => input.joinKeys)),
			};
		}
		resolved.set(definition.name, result);
		return result;
	};
	for (const definition of views) resolve(definition);
	return resolved;
}

function resolveService(
	definition: ServiceDefinition,
	snapshot: RegistrySnapshot | null,
	views: ReadonlyMap<string, ViewTarget>,
): ServiceTarget {
	const features: ServiceTargetFeature[] = [];
	const seen = new Set<string>();
	for (const text of definition.features) {
		const reference = parseFeatureReference(text);
		const { prefix, version } = reference;
		const binding = definition.bindings.find(({ alias }) => alias === prefix);
		const applied = existing(views, binding?.view ?? prefix);
		const pinned =
			version === null
				? null
				: snapshot?.views.get(applied.definition.name)?.all.find((stored) => stored.version === version);
		if (pinned === undefined) throw new Error(`"${text}" passed the checks without its version.`);
		const view = pinned ?? applied;
		// By name: the order in which a view lists its features decides nothing.
		const names =
			reference.feature === "*" ? view.definition.features.map(({ name }) => name).sort() : [reference.feature];
		for (const feature of names) {
			const key = `${prefix}@${view.hash}:${feature}`;
			if (seen.has(key)) continue;
			seen.add(key);
			features.push({ prefix, view, feature, joinKeys: binding?.joinKeys ?? {} });
		}
	}
	const hashed = features.map(({ view, ...feature }): HashedFeature => ({ ...feature, view: view.hash }));
	const hash = serviceHash(definition, hashed);
	const versions = snapshot?.services.get(definition.name);
	return { ...target(definition, hash, versions), features, schemaHash: schemaHashOf(features) };
}

/** Of the names and types of the columns that the service takes and gives. */
function schemaHashOf(features: readonly ServiceTargetFeature[]): string {
	const taken = features.flatMap(({ view, joinKeys }) => [
		...view.joinKeys.map(({ name, type }) => ({ name: joinKeys[name] ?? name, type })),
		...requestOf(view.definition),
	]);
	const given = features.map(({ prefix, view, feature }) => ({
		prefix,
		feature,
		type: view.definition.features.find(({ name }) => name === feature)?.type ?? null,
	}));
	return hashOf({ taken: Object.fromEntries(taken.map(({ name, type }) => [name, type])), given });
}

const requestOf = (view: ViewDefinition): readonly Column[] =>
	view.viewKind === "ON_DEMAND" ? view.inputs.request : [];

function existing<T>(byName: ReadonlyMap<string, T>, name: string): T {
	const found = byName.get(name);
	if (found === undefined) throw new Error(`"${name}" passed the checks without being there.`);
	return found;
}
