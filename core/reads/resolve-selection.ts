import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { nearestNames } from "../errors/nearest.ts";
import { mostSelected } from "../limits.ts";
import type { RegistrySnapshot, ViewVersion } from "../registry/snapshot.ts";
import { type FeatureReference, parseFeatureReference, parseVersionedName } from "./feature-reference.ts";
import { findService, findView, type VersionMode } from "./find-version.ts";
import type { RequestBinding, ResolvedSelection, SelectedFeature, Selection } from "./model.ts";
import { ReadPlan } from "./read-plan.ts";

export interface ResolveOptions {
	/** Columns are named `prefix__feature` instead of `feature`. */
	readonly fullFeatureNames: boolean;
	readonly versions: VersionMode;
}

/** A feature asked for, with all names found. */
interface Asked {
	readonly prefix: string;
	readonly viewVersion: ViewVersion;
	readonly feature: string;
	readonly joinKeys: Readonly<Record<string, string>>;
}

/**
 * What a selection means at one revision of the registry: columns, and the reads behind them. Throws
 * INVALID_REFERENCE, UNKNOWN_VIEW, UNKNOWN_FEATURE, UNKNOWN_SERVICE, UNKNOWN_COLUMN, NAME_COLLISION, BAD_USER_INPUT,
 * LIMIT_EXCEEDED.
 */
export function resolveSelection(
	snapshot: RegistrySnapshot,
	selection: Selection,
	bindings: readonly RequestBinding[],
	options: ResolveOptions,
): ResolvedSelection {
	const asked = askedFor(snapshot, selection, bindings, options.versions);
	const plan = new ReadPlan();
	const features: SelectedFeature[] = [];
	const seen = new Map<string, Asked>();
	for (const one of asked) {
		const { prefix, viewVersion, feature, joinKeys } = one;
		const definition = viewVersion.definition.features.find((candidate) => candidate.name === feature);
		if (definition === undefined) throw unknownFeature(viewVersion, feature);
		const name = options.fullFeatureNames ? `${prefix}__${feature}` : feature;
		const other = seen.get(name);
		if (other !== undefined) {
			// The very same, as in `view:*` beside `view:feature`: one column.
			if (other.prefix === prefix && other.viewVersion === viewVersion) continue;
			throw collision(name, describe(other), describe(one), options.fullFeatureNames);
		}
		seen.set(name, one);
		const read = plan.read(viewVersion, joinKeys);
		plan.need(read, feature);
		features.push({ name, type: definition.type, viewVersion, feature, read });
	}
	const { joinKeys, request, batch, onDemand } = plan;
	for (const column of [...joinKeys, ...request]) {
		const feature = seen.get(column.name);
		if (feature === undefined) continue;
		throw collision(column.name, describe(feature), `the row column "${column.name}"`, options.fullFeatureNames);
	}
	return { snapshot, joinKeys, request, features, batch, onDemand };
}

function askedFor(
	snapshot: RegistrySnapshot,
	selection: Selection,
	bindings: readonly RequestBinding[],
	mode: VersionMode,
): readonly Asked[] {
	if ("featureService" in selection) {
		if (bindings.length > 0) {
			throw new FeaturegraphError(
				"BAD_USER_INPUT",
				"A feature service brings its own bindings; the request's are not used.",
				{
					name: bindings[0]?.alias ?? "",
					hint: "Leave out `bindings`, or select `features`.",
				},
			);
		}
		return findService(snapshot, parseVersionedName(selection.featureService), mode).features;
	}
	if (selection.features.length === 0) {
		throw new FeaturegraphError("BAD_USER_INPUT", "No features are selected.", {
			hint: "Name some: view:feature or view:*.",
		});
	}
	requireFew("bindings", bindings.length);
	requireFew("feature references", selection.features.length);
	const bound = resolveBindings(snapshot, bindings, mode);
	const asked: Asked[] = [];
	// Each once: `view:*` again and again would be all its features again and again.
	for (const text of new Set(selection.features)) {
		const expanded = expand(snapshot, parseFeatureReference(text), bound, mode);
		requireFew("features", asked.length + expanded.length);
		asked.push(...expanded);
	}
	return asked;
}

function requireFew(what: string, count: number): void {
	if (count <= mostSelected) return;
	throw new FeaturegraphError(
		"LIMIT_EXCEEDED",
		`${count} ${what} are selected; ${mostSelected} at once are the most.`,
		{
			hint: "Ask for fewer, in several requests.",
		},
	);
}

interface Bound {
	readonly viewVersion: ViewVersion;
	readonly joinKeys: Readonly<Record<string, string>>;
}

function expand(
	snapshot: RegistrySnapshot,
	reference: FeatureReference,
	bound: ReadonlyMap<string, Bound>,
	mode: VersionMode,
): Asked[] {
	const { prefix, version, feature, text } = reference;
	const binding = bound.get(prefix);
	if (binding !== undefined && version !== null) {
		throw new FeaturegraphError("INVALID_REFERENCE", `"${text}": an alias has no versions.`, {
			name: text,
			hint: `Name the version in the binding: {alias: "${prefix}", view: "${binding.viewVersion.definition.name}@${version}"}.`,
		});
	}
	const { viewVersion, joinKeys } = binding ?? {
		viewVersion: findView(snapshot, { name: prefix, version }, mode, bound.keys()),
		joinKeys: {},
	};
	const names = feature === "*" ? viewVersion.definition.features.map(({ name }) => name) : [feature];
	return names.map((name) => ({ prefix, viewVersion, feature: name, joinKeys }));
}

function resolveBindings(
	snapshot: RegistrySnapshot,
	bindings: readonly RequestBinding[],
	mode: VersionMode,
): Map<string, Bound> {
	const bound = new Map<string, Bound>();
	for (const { alias, view, joinKeys } of bindings) {
		if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(alias)) {
			throw new FeaturegraphError("INVALID_NAME", `"${alias.slice(0, 200)}" is not a name for a binding.`, {
				name: alias.slice(0, 200),
			});
		}
		if (bound.has(alias)) {
			throw new FeaturegraphError("NAME_COLLISION", `Two bindings have the alias "${alias}".`, { name: alias });
		}
		const viewVersion = findView(snapshot, parseVersionedName(view), mode);
		const valid = viewVersion.joinKeys.map(({ name }) => name);
		const columns: Record<string, string> = {};
		for (const { joinKey, column } of joinKeys) {
			if (!valid.includes(joinKey)) {
				throw new FeaturegraphError("UNKNOWN_COLUMN", `The view "${view}" has no join key "${joinKey}".`, {
					name: joinKey,
					nearest: nearestNames(joinKey, valid),
					hint: `Its join keys: ${valid.join(", ")}.`,
				});
			}
			columns[joinKey] = column;
		}
		bound.set(alias, { viewVersion, joinKeys: columns });
	}
	return bound;
}

const describe = ({ prefix, feature, viewVersion: { definition, version } }: Asked): string =>
	`"${prefix}:${feature}" (of ${definition.name}@${version})`;

function unknownFeature({ definition, version }: ViewVersion, feature: string): Error {
	const nearest = nearestNames(
		feature,
		definition.features.map(({ name }) => name),
	);
	return new FeaturegraphError(
		"UNKNOWN_FEATURE",
		`The view "${definition.name}" (version ${version}) has no feature "${feature}".`,
		{
			name: `${definition.name}:${feature}`,
			nearest: nearest.map((name) => `${definition.name}:${name}`),
		},
	);
}

function collision(name: string, one: string, other: string, fullFeatureNames: boolean): Error {
	return new FeaturegraphError("NAME_COLLISION", `${one} and ${other} would both be the column "${name}".`, {
		name,
		hint: fullFeatureNames
			? "Bind one of them under another alias."
			: "Ask with fullFeatureNames, or bind one under another alias.",
	});
}
