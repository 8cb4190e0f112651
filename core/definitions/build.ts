/** Shapes to definitions: short forms unfolded, types and durations read, maps in the order of their names. */
import { parseDuration } from "../time/duration.ts";
import { type Column, parseValueType, type ValueType } from "../values/type.ts";
import type { DefinitionError } from "./definition-error.ts";
import type { Entries, Entry } from "./entries.ts";
import type {
	BatchViewDefinition,
	EntityDefinition,
	FeatureDefinition,
	Governance,
	GraphqlNames,
	OnDemandViewDefinition,
	Owner,
	ProjectDefinitions,
	ServiceDefinition,
	SourceDefinition,
	ViewDefinition,
	ViewTransform,
} from "./model.ts";
import { nameError } from "./names.ts";
import { originOf } from "./origin.ts";
import type { BatchViewShape, EntityShape, OnDemandViewShape, ServiceShape, SourceShape } from "./shapes.ts";
import { type FoundTransforms, parseTransform } from "./transform.ts";

/** Definitions without those that have errors of their own. */
export function buildDefinitions(
	project: string,
	entries: Entries,
	transforms: FoundTransforms,
	errors: DefinitionError[],
): ProjectDefinitions {
	return {
		project,
		entities: buildAll(entries.entities, (entry, shape) => buildEntity(entry, shape, errors)),
		sources: buildAll(entries.sources, (entry, shape) => buildSource(entry, shape, errors)),
		views: buildAll(entries.views, (entry, shape) => buildView(entry, shape, transforms, errors)),
		services: buildAll(entries.services, (entry, shape) => buildService(entry, shape, errors)),
	};
}

function buildAll<Shape, Definition>(
	entries: ReadonlyMap<string, Entry<Shape>>,
	build: (entry: Entry<Shape>, shape: Shape) => Definition | null,
): Definition[] {
	return [...entries.values()]
		.sort((a, b) => (a.name < b.name ? -1 : 1))
		.flatMap((entry) => (entry.shape === null ? [] : (build(entry, entry.shape) ?? [])));
}

function governanceOf(shape: {
	readonly description?: string | undefined;
	readonly owner?: string | { readonly name: string; readonly contact?: string | undefined } | undefined;
	readonly tags?: readonly string[] | undefined;
}): Governance {
	return { description: shape.description ?? null, owner: ownerOf(shape.owner), tags: [...new Set(shape.tags)] };
}

function ownerOf(
	owner: string | { readonly name: string; readonly contact?: string | undefined } | undefined,
): Owner | null {
	if (owner === undefined) return null;
	if (typeof owner === "string") return { name: owner };
	return owner.contact === undefined ? { name: owner.name } : { name: owner.name, contact: owner.contact };
}

/** Maps have no order that a reader could rely on, so their columns stand as they were written: it decides no value. */
const columnsOf = (types: Readonly<Record<string, string>>): Column[] =>
	Object.entries(types).map(([name, type]) => ({ name, type: typeOf(type) }));

function typeOf(text: string): ValueType {
	const type = parseValueType(text);
	if (type === undefined) throw new Error(`The type ${text} passed the shape.`);
	return type;
}

const secondsOf = (duration: string | undefined): number | null =>
	duration === undefined ? null : (parseDuration(duration) ?? null);

/** Leaves out what is undefined: absent and undefined must be one in what is hashed and compared. */
function defined<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
	const entries = Object.entries(object).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function checkNames(
	entry: Entry<unknown>,
	noun: string,
	field: readonly string[],
	names: readonly string[],
	errors: DefinitionError[],
): boolean {
	const problems = names.flatMap((name) => nameError(noun, name, entry.placeOf([...field, name], "key")) ?? []);
	errors.push(...problems);
	return problems.length === 0;
}

function buildEntity(
	entry: Entry<EntityShape>,
	shape: EntityShape,
	errors: DefinitionError[],
): EntityDefinition | null {
	const joinKeys = columnsOf(shape.joinKeys);
	const { name } = entry;
	if (joinKeys.length === 0) {
		const message = `The entity "${name}" has no join key.`;
		const hint = "Name the columns that tell one from another: `joinKeys: { id: string }`.";
		errors.push({ code: "MISSING_JOIN_KEY", message, name, nearest: [], hint, ...entry.placeOf(["joinKeys"]) });
	}
	checkNames(entry, "join key", ["joinKeys"], Object.keys(shape.joinKeys), errors);
	for (const key of joinKeys) {
		if (!key.type.isArray && key.type.scalar !== "JSON") continue;
		errors.push({
			code: "INVALID_TYPE",
			message: `The join key "${key.name}" cannot be an array or json.`,
			name: key.name,
			nearest: [],
			hint: "A join key is one value: a string or an integer as a rule.",
			...entry.placeOf(["joinKeys", key.name]),
		});
	}
	const { type, field, keys } = shape.graphql ?? {};
	return { kind: "entity", name, joinKeys, graphql: graphqlNames({ type, field, keys }), ...governanceOf(shape) };
}

const graphqlNames = (names: {
	type?: string | undefined;
	field?: string | undefined;
	keys?: Record<string, string> | undefined;
}): GraphqlNames => defined(names);

function buildSource(
	entry: Entry<SourceShape>,
	shape: SourceShape,
	errors: DefinitionError[],
): SourceDefinition | null {
	const origin = originOf(entry, shape, errors);
	if (origin === null) return null;
	const declared = Object.entries(shape.columns ?? {});
	const columns =
		shape.columns === undefined
			? null
			: declared.map(([name, column]) => ({ name, type: typeOf(typeof column === "string" ? column : column.type) }));
	const expressions = Object.fromEntries(
		declared.flatMap(([name, column]) => (typeof column === "string" ? [] : [[name, column.expression]])),
	);
	for (const { name } of columns ?? []) {
		if (name !== "" && name.length <= 63 && !name.startsWith("__")) continue;
		errors.push({
			code: "INVALID_NAME",
			message: `"${name}" cannot be the name of a column here.`,
			name,
			nearest: [],
			hint: "Names of columns have at most 63 characters; those that begin with __ are the system's own.",
			...entry.placeOf(["columns", name], "key"),
		});
	}
	const { availableTime } = shape;
	return {
		kind: "source",
		name: entry.name,
		origin,
		query: shape.query ?? shape.postgres?.query ?? null,
		eventTime: shape.eventTime,
		createdTime: shape.createdTime ?? null,
		availableTime:
			availableTime === undefined
				? null
				: typeof availableTime === "string"
					? { kind: "column", column: availableTime }
					: { kind: "delay", seconds: secondsOf(availableTime.delay) ?? 0 },
		tieBreak: shape.tieBreak ?? [],
		columns,
		...(Object.keys(expressions).length === 0 ? {} : { expressions }),
		...governanceOf(shape),
	};
}

function buildView(
	entry: Entry<BatchViewShape | OnDemandViewShape>,
	shape: BatchViewShape | OnDemandViewShape,
	transforms: FoundTransforms,
	errors: DefinitionError[],
): ViewDefinition | null {
	checkNames(entry, "feature", ["features"], Object.keys(shape.features), errors);
	if (Object.keys(shape.features).length === 0) {
		const message = `The view "${entry.name}" has no feature.`;
		const hint = "Name at least one: `features: { flights_1h: int64 }`.";
		errors.push({
			code: "DEFINITION_INVALID",
			message,
			name: entry.name,
			nearest: [],
			hint,
			...entry.placeOf(["features"]),
		});
	}
	return shape.kind === "on-demand"
		? buildOnDemandView(entry, shape, transforms, errors)
		: buildBatchView(entry.name, shape);
}

function buildBatchView(name: string, shape: BatchViewShape): BatchViewDefinition {
	return {
		kind: "view",
		viewKind: "BATCH",
		name,
		entities: shape.entities,
		source: shape.source,
		ttlSeconds: secondsOf(shape.ttl),
		freshnessSlaSeconds: secondsOf(shape.freshness?.sla),
		partial: shape.partial ?? false,
		online: shape.online ?? true,
		offline: shape.offline ?? true,
		schedule: shape.schedule ?? null,
		features: Object.entries(shape.features).map(([feature, details]) =>
			buildFeature(feature, typeof details === "string" ? { type: details } : details),
		),
		transformation: shape.transformation ?? null,
		graphql: graphqlNames(shape.graphql ?? {}),
		...governanceOf(shape),
	};
}

function buildOnDemandView(
	entry: Entry<unknown>,
	shape: OnDemandViewShape,
	transforms: FoundTransforms,
	errors: DefinitionError[],
): OnDemandViewDefinition {
	const request = shape.inputs.request ?? {};
	checkNames(entry, "request value", ["inputs", "request"], Object.keys(request), errors);
	return {
		kind: "view",
		viewKind: "ON_DEMAND",
		name: entry.name,
		inputs: { request: columnsOf(request), views: shape.inputs.views ?? [] },
		features: Object.entries(shape.features).map(([feature, details]) =>
			buildFeature(feature, typeof details === "string" ? { type: details } : details),
		),
		...transformOf(entry, shape, transforms, errors),
		graphql: graphqlNames(shape.graphql ?? {}),
		...governanceOf(shape),
	};
}

function transformOf(
	entry: Entry<unknown>,
	{ transform: text, features }: OnDemandViewShape,
	transforms: FoundTransforms,
	errors: DefinitionError[],
): { readonly transform?: ViewTransform } {
	if (text === undefined) {
		for (const [name, details] of Object.entries(features)) {
			if (typeof details !== "string" && details.expression !== undefined) continue;
			errors.push({
				code: "DEFINITION_INVALID",
				message: `The feature "${name}" of the on-demand view "${entry.name}" has no expression.`,
				name: `features.${name}.expression`,
				nearest: [],
				hint: 'Give it one, `expression: "…"`, or the view a `transform: ./file.ts#name`.',
				...entry.placeOf(["features", name]),
			});
		}
		return {};
	}
	const reference = parseTransform(text);
	const found = transforms.get(text);
	if (reference === null || found === undefined) throw new Error(`The transform ${text} has not been looked for.`);
	if (typeof found === "string") return { transform: { ...reference, sha256: found } };
	errors.push({ ...found.toUserError(), ...entry.placeOf(["transform"]) });
	return {};
}

interface FeatureShape {
	readonly type: string;
	readonly description?: string | undefined;
	readonly tags?: readonly string[] | undefined;
	readonly classification?: string | undefined;
	readonly expression?: string | undefined;
	readonly graphql?: { readonly field?: string | undefined } | undefined;
}

const buildFeature = (name: string, shape: FeatureShape): FeatureDefinition => ({
	name,
	type: typeOf(shape.type),
	description: shape.description ?? null,
	tags: [...new Set(shape.tags)],
	classification: shape.classification ?? null,
	expression: shape.expression ?? null,
	graphql: graphqlNames(shape.graphql ?? {}),
});

function buildService(entry: Entry<ServiceShape>, shape: ServiceShape, errors: DefinitionError[]): ServiceDefinition {
	const bindings = shape.bindings ?? {};
	checkNames(entry, "alias", ["bindings"], Object.keys(bindings), errors);
	return {
		kind: "service",
		name: entry.name,
		features: shape.features,
		bindings: Object.entries(bindings)
			.map(([alias, { view, joinKeys }]) => ({ alias, view, joinKeys }))
			.sort((a, b) => (a.alias < b.alias ? -1 : 1)),
		...governanceOf(shape),
	};
}
