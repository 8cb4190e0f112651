import { fieldNameOf } from "../../../core/definitions/graphql-names.ts";
import { findService } from "../../../core/reads/find-version.ts";
import type { RegistrySnapshot, ServiceFeature } from "../../../core/registry/snapshot.ts";
import { sameType } from "../../../core/values/type.ts";
import type { FaceType, FaceView } from "./face-view.ts";

/**
 * Adds what services read under an alias, through other columns, where all of these are keys of a type: of a flight from
 * `origin` to `destination`, the delays at both airports as `delayModelFrom` and `delayModelTo`. The service's name keeps
 * one alias of two services apart; a name that a view has stays the view's.
 */
export function withAliases(types: readonly FaceType[], snapshot: RegistrySnapshot): readonly FaceType[] {
	const rows = new Map(types.flatMap(({ views }) => views.map((view) => [view.view.id, view])));
	const bound = boundFeatures(snapshot);
	if (bound.length === 0) return types;
	return types.map((type) => {
		const fields = new Set(type.views.map(({ fieldName }) => fieldName));
		const aliases = bound.flatMap(({ service, feature }) => {
			const row = rows.get(feature.viewVersion.id);
			const keyIndexes = keysThrough(feature, type);
			if (row === undefined || keyIndexes === null) return [];
			const alias = aliasField(service, feature, row, keyIndexes);
			if (fields.has(alias.fieldName)) return [];
			fields.add(alias.fieldName);
			return [alias];
		});
		return aliases.length === 0 ? type : { ...type, views: [...type.views, ...aliases] };
	});
}

interface BoundFeature {
	readonly service: string;
	readonly feature: ServiceFeature;
}

/** One feature stands for all of its alias. */
function boundFeatures(snapshot: RegistrySnapshot): BoundFeature[] {
	const found = new Map<string, BoundFeature>();
	for (const [service, { current }] of snapshot.services) {
		if (current === null) continue;
		for (const feature of findService(snapshot, { name: service, version: null }, "online").features) {
			if (Object.keys(feature.joinKeys).length === 0) continue;
			const key = `${service} ${feature.prefix}`;
			if (!found.has(key)) found.set(key, { service, feature });
		}
	}
	return [...found.values()];
}

/** The places of the bound columns among the keys of a type; null where one is none of them. */
function keysThrough({ viewVersion, joinKeys }: ServiceFeature, { keys }: FaceType): readonly number[] | null {
	const indexes = viewVersion.joinKeys.map(({ name, type }) =>
		keys.findIndex(({ column }) => column.name === (joinKeys[name] ?? name) && sameType(column.type, type)),
	);
	return indexes.includes(-1) ? null : indexes;
}

function aliasField(
	service: string,
	{ prefix, viewVersion, joinKeys }: ServiceFeature,
	row: FaceView,
	keyIndexes: readonly number[],
): FaceView {
	const columns = viewVersion.joinKeys.map(({ name }) => joinKeys[name] ?? name).join(", ");
	return {
		...row,
		fieldName: fieldNameOf(`${service}_${prefix}`),
		description: `${viewVersion.definition.name} by ${columns}, as the feature service ${service} reads it`,
		keyIndexes,
		isFrozen: true,
		deprecated: null,
	};
}
