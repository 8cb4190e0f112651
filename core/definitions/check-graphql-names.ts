import type { CheckContext } from "./check-context.ts";
import type { DefinitionError } from "./definition-error.ts";
import type { Claim } from "./graphql-name-claim.ts";
import { fieldNameOf, typeNameOf } from "./graphql-names.ts";
import { entitiesOf, joinKeysOf, requestColumnsOf } from "./join-keys.ts";
import { aliasFields, pinnedFields, type ServiceField } from "./service-fields.ts";

/**
 * The names of the typed face must not meet one another, or a type of the graph. `reserved` are the types that the
 * graph has without the face.
 */
export function checkGraphqlNames(context: CheckContext, reserved: ReadonlySet<string>): void {
	const { errors } = context;
	const types = [...typeClaims(context)];
	for (const claim of types) {
		if (reserved.has(claim.name)) errors.push(taken(claim, `the graph has a type of this name already`));
	}
	meet(types, errors);
	meet([...rootFieldClaims(context)], errors);
	const told = new Set<string>();
	meet([...viewFieldClaims(context)], errors, told);
	for (const claims of servedFieldClaims(context)) meet(claims, errors, told);
	for (const claims of keyClaims(context)) meet(claims, errors);
	for (const claims of featureClaims(context)) meet(claims, errors);
}

const typesOf = (type: string): readonly string[] => [type, `${type}Key`, `${type}Features`];

/** Types that an entity and a view make: see the generated part of the serving contract. */
function* typeClaims(context: CheckContext): Generator<Claim> {
	const { definitions, entries } = context;
	for (const { type, by, hint, place } of keySetsOf(context)) {
		for (const made of typesOf(type)) yield { name: made, by, hint, place };
	}
	for (const { name, graphql } of definitions.entities) {
		const place = entries.entities.get(name)?.placeOf(graphql.type === undefined ? [] : ["graphql", "type"]);
		if (place === undefined) continue;
		const type = graphql.type ?? typeNameOf(name);
		const by = `the entity "${name}"`;
		const hint = `Set another type name for the entity "${name}": \`graphql: { type: … }\`.`;
		for (const made of typesOf(type)) yield { name: made, by, hint, place };
	}
	for (const { name, graphql } of definitions.views) {
		const place = entries.views.get(name)?.placeOf(graphql.type === undefined ? [] : ["graphql", "type"]);
		if (place === undefined) continue;
		const hint = `Set another type name for the view "${name}": \`graphql: { type: … }\`.`;
		yield { name: `${graphql.type ?? typeNameOf(name)}Row`, by: `the view "${name}"`, hint, place };
	}
}

function* rootFieldClaims(context: CheckContext): Generator<Claim> {
	const { definitions, entries } = context;
	for (const { type, by, hint, place } of keySetsOf(context)) {
		const field = type.charAt(0).toLowerCase() + type.slice(1);
		for (const made of [field, `${field}List`]) yield { name: made, by, hint, place };
	}
	for (const { name, graphql } of definitions.entities) {
		const place = entries.entities.get(name)?.placeOf(graphql.field === undefined ? [] : ["graphql", "field"]);
		if (place === undefined) continue;
		const type = graphql.type ?? typeNameOf(name);
		const field = graphql.field ?? type.charAt(0).toLowerCase() + type.slice(1);
		const by = `the entity "${name}"`;
		const hint = `Set another field name for the entity "${name}": \`graphql: { field: … }\`.`;
		for (const made of [field, `${field}List`]) yield { name: made, by, hint, place };
	}
}

/** Views over several entities hang on a type of their own, made of the names of these. */
function* keySetsOf({ definitions, byName, entries }: CheckContext): Generator<Omit<Claim, "name"> & { type: string }> {
	const seen = new Set<string>();
	for (const view of definitions.views) {
		const names = entitiesOf(byName, view);
		const keySet = names.join(" ");
		const place = entries.views.get(view.name)?.placeOf();
		if (names.length < 2 || seen.has(keySet) || place === undefined) continue;
		seen.add(keySet);
		yield {
			type: names.map((name) => byName.entities.get(name)?.graphql.type ?? typeNameOf(name)).join(""),
			by: `the entities ${names.map((name) => `"${name}"`).join(" and ")} of the view "${view.name}"`,
			hint: `Set another type name for one of the entities: \`graphql: { type: … }\`.`,
			place,
		};
	}
}

function* viewFieldClaims({ definitions, entries }: CheckContext): Generator<Claim> {
	for (const { name, graphql } of definitions.views) {
		const place = entries.views.get(name)?.placeOf(graphql.field === undefined ? [] : ["graphql", "field"]);
		if (place === undefined) continue;
		const hint = `Set another field name for the view "${name}": \`graphql: { field: … }\`.`;
		yield { name: graphql.field ?? fieldNameOf(name), by: `the view "${name}"`, hint, place };
	}
}

/** Of each type of an entity, or of several: the fields of its views, and of what services read beside them. */
function* servedFieldClaims(context: CheckContext): Generator<Claim[]> {
	const { definitions, byName } = context;
	const [pinned, aliases] = [[...pinnedFields(context)], [...aliasFields(context)]];
	if (pinned.length + aliases.length === 0) return;
	const views = new Map([...viewFieldClaims(context)].map((claim) => [claim.by, claim]));
	const types = Map.groupBy(definitions.views, (view) => entitiesOf(byName, view).join(" "));
	for (const [entities, ofType] of types) {
		const columns = new Set(ofType.flatMap((view) => joinKeysOf(byName, view).map(({ name }) => name)));
		const isRead = ({ columns: read }: ServiceField): boolean => read.every((name) => columns.has(name));
		yield [
			...ofType.flatMap(({ name }) => views.get(`the view "${name}"`) ?? []),
			...pinned.filter((field) => field.entities === entities),
			...aliases.filter(isRead),
		];
	}
}

function* keyClaims({ definitions, entries }: CheckContext): Generator<Claim[]> {
	for (const { name: entity, joinKeys, graphql } of definitions.entities) {
		const entry = entries.entities.get(entity);
		if (entry === undefined) continue;
		const ownFeatures: Claim = {
			name: "features",
			by: `the features of the entity "${entity}"`,
			hint: "",
			place: entry.placeOf(),
		};
		const keys = joinKeys.map(({ name }) => ({
			name: graphql.keys?.[name] ?? fieldNameOf(name),
			by: `the join key "${name}" of the entity "${entity}"`,
			hint: `Set another name for the join key "${name}": \`graphql: { keys: { ${name}: … } }\`.`,
			place: entry.placeOf(["joinKeys", name], "key"),
		}));
		yield [ownFeatures, ...keys];
	}
}

function* featureClaims({ definitions, byName, entries }: CheckContext): Generator<Claim[]> {
	for (const definition of definitions.views) {
		const { name: view, features } = definition;
		const entry = entries.views.get(view);
		if (entry === undefined) continue;
		if (definition.viewKind === "ON_DEMAND") {
			const own = new Set(definition.inputs.request.map(({ name }) => name));
			yield [...requestColumnsOf(byName, definition).keys()].map((name) => ({
				name: fieldNameOf(name),
				by: `the request value "${name}" of the view "${view}"`,
				hint: "Give the request value another name.",
				place: own.has(name) ? entry.placeOf(["inputs", "request", name], "key") : entry.placeOf(["inputs", "views"]),
			}));
		}
		yield features.map(({ name, graphql }) => ({
			name: graphql.field ?? fieldNameOf(name),
			by: `the feature "${name}" of the view "${view}"`,
			hint: `Set another field name for the feature "${name}": \`${name}: { graphql: { field: … } }\`.`,
			place: entry.placeOf(["features", name], "key"),
		}));
	}
}

function meet(claims: readonly Claim[], errors: DefinitionError[], told = new Set<string>()): void {
	const first = new Map<string, Claim>();
	for (const claim of claims) {
		const earlier = first.get(claim.name);
		if (earlier === undefined) {
			first.set(claim.name, claim);
			continue;
		}
		const pair = `${earlier.by} ${claim.by}`;
		// Of the types that two definitions make, one that meets is enough to say it.
		if (earlier.by === claim.by || told.has(pair)) continue;
		told.add(pair);
		errors.push(taken(claim, `${earlier.by} has this name too`));
	}
}

const taken = ({ name, by, hint, place }: Claim, why: string): DefinitionError => ({
	code: "GRAPHQL_NAME_COLLISION",
	message: `${by.charAt(0).toUpperCase()}${by.slice(1)} cannot have the GraphQL name "${name}": ${why}.`,
	name,
	nearest: [],
	hint,
	...place,
});
