import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { nearestNames } from "../errors/nearest.ts";
import { type FeatureReference, parseFeatureReference } from "../reads/feature-reference.ts";
import { type Column, formatValueType, sameType } from "../values/type.ts";
import { type CheckContext, referTo } from "./check-context.ts";
import type { DefinitionError } from "./definition-error.ts";
import type { Entry } from "./entries.ts";
import { expressionError } from "./expression-place.ts";
import { joinKeysOf } from "./join-keys.ts";
import type { BindingDefinition, ServiceDefinition, ViewDefinition } from "./model.ts";

/** Features and bindings of the services. */
export function checkServices(context: CheckContext): void {
	for (const service of context.definitions.services) {
		const entry = context.entries.services.get(service.name);
		if (entry === undefined) continue;
		for (const binding of service.bindings) checkBinding(context, service, binding, entry);
		for (const [index, text] of service.features.entries()) checkFeature(context, service, text, index, entry);
		checkColumns(context, service, entry);
	}
}

function checkBinding(
	context: CheckContext,
	service: ServiceDefinition,
	{ alias, view: viewName, joinKeys }: BindingDefinition,
	entry: Entry<unknown>,
): void {
	const by = `The binding "${alias}" of the service "${service.name}"`;
	const path = ["bindings", alias];
	if (context.byName.views.has(alias)) {
		context.errors.push({
			code: "NAME_COLLISION",
			message: `${by} has the name of a view.`,
			name: alias,
			nearest: [],
			hint: "Give the alias another name, so that a reference means one of them.",
			...entry.placeOf(path, "key"),
		});
	}
	const view = referTo(context, "views", viewName, by, entry.placeOf([...path, "view"]));
	if (view === null) return;
	const keys = [...new Set(joinKeysOf(context.byName, view).map(({ name }) => name))];
	for (const key of keys) {
		if (Object.hasOwn(joinKeys, key)) continue;
		context.errors.push({
			code: "MISSING_JOIN_KEY",
			message: `${by} does not say which column the join key "${key}" comes from.`,
			name: key,
			nearest: [],
			hint: `Add it: \`joinKeys: { ${key}: … }\`.`,
			...entry.placeOf([...path, "joinKeys"]),
		});
	}
	// A view with a broken input has keys that are not known here.
	if (!isWhole(context, view)) return;
	for (const key of Object.keys(joinKeys)) {
		if (keys.includes(key)) continue;
		context.errors.push({
			code: "DANGLING_REFERENCE",
			message: `The view "${viewName}" has no join key "${key}".`,
			name: key,
			nearest: nearestNames(key, keys),
			hint: `Its join keys: ${keys.join(", ")}.`,
			...entry.placeOf([...path, "joinKeys", key], "key"),
		});
	}
}

function isWhole({ byName }: CheckContext, view: ViewDefinition): boolean {
	const needed = view.viewKind === "BATCH" ? view.entities : view.inputs.views;
	const known: ReadonlyMap<string, unknown> = view.viewKind === "BATCH" ? byName.entities : byName.views;
	return needed.every((name) => known.has(name));
}

function checkFeature(
	context: CheckContext,
	service: ServiceDefinition,
	text: string,
	index: number,
	entry: Entry<unknown>,
): void {
	const place = entry.placeOf(["features", index]);
	if (service.features.indexOf(text) !== index) {
		const message = `The service "${service.name}" names "${text}" twice.`;
		context.errors.push({ code: "DUPLICATE_NAME", message, name: text, nearest: [], hint: "Name it once.", ...place });
		return;
	}
	let reference: FeatureReference;
	try {
		reference = parseFeatureReference(text);
	} catch (error) {
		if (!(error instanceof FeaturegraphError)) throw error;
		context.errors.push(expressionError(error, place));
		return;
	}
	const found = featuresOf(context, service, reference);
	if (found === null) return;
	if ("code" in found) {
		context.errors.push({ ...found, ...place });
		return;
	}
	const names = found.features.map(({ name }) => name);
	if (reference.feature === "*" || names.includes(reference.feature)) return;
	context.errors.push({
		code: "DANGLING_REFERENCE",
		message: `The service "${service.name}" refers to "${text}", but the view "${found.view}" has no feature "${reference.feature}".`,
		name: reference.feature,
		nearest: nearestNames(reference.feature, names),
		hint: `Name a feature of the view, or all of them: ${reference.prefix}:*.`,
		...place,
	});
}

/** What the part before the colon has to offer. Null: it has errors of its own. */
function featuresOf(
	context: CheckContext,
	service: ServiceDefinition,
	{ prefix, version }: FeatureReference,
): { readonly view: string; readonly features: readonly Column[] } | DefinitionError | null {
	const binding = service.bindings.find(({ alias }) => alias === prefix);
	const viewName = binding?.view ?? prefix;
	const view = context.byName.views.get(viewName);
	if (view === undefined) {
		// A binding without its view has been told already.
		if (binding !== undefined || context.entries.views.has(prefix)) return null;
		const known = [...service.bindings.map(({ alias }) => alias), ...context.entries.views.keys()];
		const deleted = (context.snapshot?.views.get(prefix)?.current ?? null) !== null;
		return {
			code: deleted ? "STILL_IN_USE" : "DANGLING_REFERENCE",
			message: deleted
				? `The service "${service.name}" still uses the view "${prefix}", which these files leave out.`
				: `The service "${service.name}" refers to "${prefix}", which is neither a view nor one of its bindings.`,
			name: prefix,
			nearest: nearestNames(prefix, known),
			hint: deleted
				? "Keep the view in the files, or take it out here too."
				: "Define the view, or bind one under this name.",
		};
	}
	if (version === null) return { view: viewName, features: view.features };
	const stored = context.snapshot?.views.get(viewName)?.all ?? [];
	const pinned = stored.find((candidate) => candidate.version === version);
	if (pinned !== undefined) return { view: viewName, features: pinned.definition.features };
	return {
		code: "DANGLING_REFERENCE",
		message: `The view "${viewName}" has no version ${version}.`,
		name: `${prefix}@${version}`,
		nearest: stored.slice(-3).map((candidate) => `${prefix}@${candidate.version}`),
		hint:
			stored.length === 0
				? "It has none yet: name it without a version."
				: "Name one of its versions, or none for the current.",
	};
}

/** Row columns that several views read must be of one type. */
function checkColumns(context: CheckContext, service: ServiceDefinition, entry: Entry<unknown>): void {
	const types = new Map<string, Column>();
	const told = new Set<string>();
	for (const [index, text] of service.features.entries()) {
		const prefix = /^[^:@]*/.exec(text)?.[0] ?? "";
		const binding = service.bindings.find(({ alias }) => alias === prefix);
		const view = context.byName.views.get(binding?.view ?? prefix);
		if (view === undefined) continue;
		const keys = joinKeysOf(context.byName, view).map(({ name, type }) => ({
			name: binding?.joinKeys[name] ?? name,
			type,
		}));
		for (const column of [...keys, ...(view.viewKind === "ON_DEMAND" ? view.inputs.request : [])]) {
			const other = types.get(column.name);
			types.set(column.name, column);
			if (other === undefined || sameType(other.type, column.type) || told.has(column.name)) continue;
			told.add(column.name);
			context.errors.push({
				code: "INVALID_TYPE",
				message: `The service "${service.name}" reads the column "${column.name}" both as ${formatValueType(other.type)} and as ${formatValueType(column.type)}.`,
				name: column.name,
				nearest: [],
				hint: "Bind one of the views through another column.",
				...entry.placeOf(["features", index]),
			});
		}
	}
}
