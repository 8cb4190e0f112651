import { isAllowed } from "../../core/access/require-permission.ts";
import type { Principal } from "../../core/ports/principal.ts";
import { decodeFeatureKey, decodeNodeId, versionIdOf } from "../../core/registry/node-id.ts";
import type { RegistryObject } from "../../core/registry/registry-object.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";

export type VersionedObject = Exclude<RegistryObject, { kind: "Feature" }>;

const indexOf = new WeakMap<RegistrySnapshot, ReadonlyMap<number, VersionedObject>>();

/** Any version of the project by the id of its row. */
export function versionIn(snapshot: RegistrySnapshot, id: number): VersionedObject | null {
	let index = indexOf.get(snapshot);
	if (index === undefined) {
		index = new Map(versionsOf(snapshot).map((object) => [object.version.id, object]));
		indexOf.set(snapshot, index);
	}
	return index.get(id) ?? null;
}

function versionsOf({ project, entities, sources, views, services }: RegistrySnapshot): VersionedObject[] {
	const all = <T>(versions: ReadonlyMap<string, { readonly all: readonly T[] }>) =>
		[...versions.values()].flatMap((each) => each.all);
	return [
		...all(entities).map((version) => ({ kind: "Entity" as const, project, version })),
		...all(sources).map((version) => ({ kind: "DataSource" as const, project, version })),
		...all(views).map((version) => ({ kind: "FeatureView" as const, project, version })),
		...all(services).map((version) => ({ kind: "FeatureService" as const, project, version })),
	];
}

/** What an id of the graph stands for, of the kinds that the registry holds. */
export async function findObject(
	versionById: (id: number) => Promise<VersionedObject | null>,
	principal: Principal,
	id: string,
): Promise<RegistryObject | null> {
	const node = decodeNodeId(id);
	if (node === null) return null;
	const found =
		node.kind === "Feature" ? await findFeature(versionById, node.key) : await findVersion(versionById, node.key);
	if (found === null || found.kind !== node.kind) return null;
	return isAllowed(principal, "READ", found.project) ? found : null;
}

async function findVersion(
	versionById: (id: number) => Promise<VersionedObject | null>,
	key: string,
): Promise<VersionedObject | null> {
	const versionId = versionIdOf(key);
	return versionId === null ? null : versionById(versionId);
}

async function findFeature(
	versionById: (id: number) => Promise<VersionedObject | null>,
	key: string,
): Promise<RegistryObject | null> {
	const parts = decodeFeatureKey(key);
	const view = parts === null ? null : await versionById(parts.viewVersionId);
	if (parts === null || view?.kind !== "FeatureView") return null;
	const feature = view.version.definition.features.find(({ name }) => name === parts.feature);
	return feature === undefined ? null : { kind: "Feature", project: view.project, version: view.version, feature };
}
