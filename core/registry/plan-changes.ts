import { fieldChanges } from "../definitions/field-changes.ts";
import { hashOf } from "../definitions/hash.ts";
import type { Definition } from "../definitions/model.ts";
import type { ChangeKind, DefinitionChange, FieldChange, Plan } from "./plan.ts";
import type { RegistryTarget, ServiceTarget, Target, ViewTarget } from "./resolve-target.ts";
import type { RegistrySnapshot, Versions } from "./snapshot.ts";

/** What stands between the registry as it is and the target. `snapshot` null: an empty registry. */
export function planChanges(target: RegistryTarget, snapshot: RegistrySnapshot | null): Plan {
	const changes = [
		...changesOf("ENTITY", target.entities, snapshot?.entities, () => []),
		...changesOf("DATA_SOURCE", target.sources, snapshot?.sources, ({ base }) => moved([["from", base]])),
		...changesOf("FEATURE_VIEW", target.views, snapshot?.views, movedParts),
		...changesOf("FEATURE_SERVICE", target.services, snapshot?.services, movedViews),
	];
	const registryVersion = snapshot?.registryVersion ?? 0;
	const count = (action: DefinitionChange["action"]) => changes.filter((change) => change.action === action).length;
	const result = Object.values(target).flatMap((targets: readonly Target[]) =>
		targets.map(({ definition, hash }) => ({ definition, hash })),
	);
	return {
		hash: hashOf({ registryVersion, changes, result }),
		registryVersion,
		changes,
		created: count("CREATE"),
		updated: count("UPDATE"),
		deleted: count("DELETE"),
	};
}

function changesOf<T extends Target>(
	kind: ChangeKind,
	targets: readonly T[],
	versions: ReadonlyMap<string, Versions<{ readonly definition: Definition }>> | undefined,
	movedOf: (target: T) => readonly FieldChange[],
): DefinitionChange[] {
	const changes: DefinitionChange[] = [];
	for (const target of targets) {
		const { definition, before, stored } = target;
		const { name } = definition;
		const makesNewVersion = stored === null;
		if (before === null) {
			changes.push({ action: "CREATE", kind, name, makesNewVersion, fields: fieldChanges(null, definition) });
			continue;
		}
		const isMoved = before.hash !== target.hash;
		const fields = [...fieldChanges(before.definition, definition), ...(isMoved ? movedOf(target) : [])];
		if (isMoved || fields.length > 0) changes.push({ action: "UPDATE", kind, name, makesNewVersion, fields });
	}
	const kept = new Set(targets.map(({ definition }) => definition.name));
	for (const [name, { current }] of versions ?? []) {
		if (current === null || kept.has(name)) continue;
		const fields = fieldChanges(current.definition, null);
		changes.push({ action: "DELETE", kind, name, makesNewVersion: false, fields });
	}
	return changes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Versions of parts that are others than before: why an object moves although its own text is the same. */
function moved(parts: readonly (readonly [path: string, part: Target | null])[]): FieldChange[] {
	return parts.flatMap(([path, part]) => {
		const before = part?.before?.version ?? null;
		if (part === null || before === null || before === part.version) return [];
		return [{ path: `${path}.version`, before, after: part.version }];
	});
}

const movedParts = ({ entities, source, inputs }: ViewTarget): FieldChange[] =>
	moved([
		...entities.map((entity) => [`entities.${entity.definition.name}`, entity] as const),
		["source", source],
		...inputs.map((input) => [`inputs.${input.definition.name}`, input] as const),
	]);

function movedViews({ features }: ServiceTarget): FieldChange[] {
	const views = new Map<string, Target>();
	for (const { view } of features) if ("before" in view) views.set(`views.${view.definition.name}`, view);
	return moved([...views]);
}
