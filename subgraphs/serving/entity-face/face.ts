import { fieldNameOf, typeNameOf } from "../../../core/definitions/graphql-names.ts";
import type { EntityVersion, RegistrySnapshot, ViewVersion } from "../../../core/registry/snapshot.ts";
import { withAliases } from "./face-aliases.ts";
import { withPinnedVersions } from "./face-versions.ts";
import { type FaceField, type FaceType, faceView, isServed } from "./face-view.ts";

/** The typed face of the registry: one GraphQL type for every set of entities that a view hangs on. */
export interface EntityFace {
	readonly types: readonly FaceType[];
}

/** A project that the face shows; `prefix` goes before its names, empty for the first one. */
export interface FaceProject {
	readonly snapshot: RegistrySnapshot;
	readonly prefix: string;
}

export function entityFaceOf(projects: readonly FaceProject[]): EntityFace {
	return { types: projects.flatMap(typesOf) };
}

function typesOf({ snapshot, prefix }: FaceProject): readonly FaceType[] {
	const byKeySet = new Map<string, { entities: readonly EntityVersion[]; views: ViewVersion[] }>();
	for (const { online, current } of snapshot.views.values()) {
		if (current === null) continue;
		// What answers under the bare name: its fields must be the ones that have values.
		const view = online ?? current;
		if (view.entities.length === 0 || !isServed(view)) continue;
		const keySet = view.entities.map(({ definition }) => definition.name).join(" ");
		const group = byKeySet.get(keySet) ?? { entities: view.entities, views: [] };
		group.views.push(view);
		byKeySet.set(keySet, group);
	}
	const types = [...byKeySet.values()].map(({ entities, views }) =>
		faceType(snapshot.project, prefix, entities, views),
	);
	return withAliases(withPinnedVersions(types, snapshot, prefix), snapshot);
}

function faceType(
	project: string,
	prefix: string,
	entities: readonly EntityVersion[],
	views: readonly ViewVersion[],
): FaceType {
	const names = entities.map(({ definition }) => definition.graphql.type ?? typeNameOf(definition.name));
	const typeName = typeNameOf(prefix) + names.join("");
	const [only] = entities;
	const ownField = entities.length === 1 ? only?.definition.graphql.field : undefined;
	const fieldName = ownField ?? typeName.charAt(0).toLowerCase() + typeName.slice(1);
	return {
		project,
		typeName,
		fieldName: ownField === undefined || prefix === "" ? fieldName : prefix + typeNameOf(fieldName),
		description: entities.length === 1 ? (only?.definition.description ?? null) : null,
		keys: keysOf(entities),
		views: views.map((view) => faceView(prefix, view)),
	};
}

/** In the order of the views' join keys: entities that share a join key have it once. */
function keysOf(entities: readonly EntityVersion[]): FaceField[] {
	const keys = new Map<string, FaceField>();
	for (const { definition } of entities) {
		for (const column of definition.joinKeys) {
			if (keys.has(column.name)) continue;
			const fieldName = definition.graphql.keys?.[column.name] ?? fieldNameOf(column.name);
			keys.set(column.name, { fieldName, column, description: null });
		}
	}
	return [...keys.values()];
}
