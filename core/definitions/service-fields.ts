import type { CheckContext } from "./check-context.ts";
import type { Claim } from "./graphql-name-claim.ts";
import { fieldNameOf } from "./graphql-names.ts";
import { entitiesOf, joinKeysOf } from "./join-keys.ts";

/** A field that an entity has because a service reads it. */
export interface ServiceField extends Claim {
	/** Of its view. */
	readonly entities: string;
	/** What it is read by. */
	readonly columns: readonly string[];
}

/** Versions that are pinned, `view@1:feature`: `viewV1`, once the view has a newer one. */
export function* pinnedFields({ definitions, byName, entries }: CheckContext): Generator<ServiceField> {
	for (const { name: service, features } of definitions.services) {
		const place = entries.services.get(service)?.placeOf(["features"]);
		if (place === undefined) continue;
		for (const reference of new Set(features.map((feature) => feature.slice(0, feature.indexOf(":"))))) {
			const [name = "", version] = reference.split("@");
			const view = byName.views.get(name);
			if (version === undefined || view === undefined) continue;
			yield {
				name: `${view.graphql.field ?? fieldNameOf(name)}V${version}`,
				by: `version ${version} of the view "${name}", which services read,`,
				hint: `Set another field name for the view that has it: \`graphql: { field: … }\`.`,
				place,
				entities: entitiesOf(byName, view).join(" "),
				columns: joinKeysOf(byName, view).map((key) => key.name),
			};
		}
	}
}

/** What is bound to an alias: `serviceAlias`, of each entity that has the bound columns as keys. */
export function* aliasFields({ definitions, byName, entries }: CheckContext): Generator<ServiceField> {
	for (const { name: service, bindings } of definitions.services) {
		for (const { alias, view: name, joinKeys } of bindings) {
			const view = byName.views.get(name);
			const place = entries.services.get(service)?.placeOf(["bindings", alias], "key");
			if (view === undefined || place === undefined) continue;
			yield {
				name: fieldNameOf(`${service}_${alias}`),
				by: `the alias "${alias}" of the service "${service}"`,
				hint: `Give the alias another name, or set another field name for the view: \`graphql: { field: … }\`.`,
				place,
				entities: entitiesOf(byName, view).join(" "),
				columns: joinKeysOf(byName, view).map((key) => joinKeys[key.name] ?? key.name),
			};
		}
	}
}
