/** A target as the rows that an apply writes. */
import { governanceOf } from "../definitions/governance.ts";
import type { Definition } from "../definitions/model.ts";
import type { StoredDefinition, StoredProject, StoredVersion, VersionBody } from "../ports/registry-store.ts";
import type { Micros } from "../values/value.ts";
import type { RegistryTarget, Target } from "./resolve-target.ts";

export interface ChangeRows {
	readonly created: readonly StoredDefinition[];
	readonly updated: readonly StoredDefinition[];
	readonly versions: readonly StoredVersion[];
}

/** How many ids `changeRows` needs. */
export function idsNeeded(target: RegistryTarget): { readonly definitions: number; readonly versions: number } {
	const targets = allOf(target);
	return {
		definitions: targets.filter(({ isKnown }) => !isKnown).length,
		versions: targets.filter(({ stored }) => stored === null).length,
	};
}

/** The ids must be as many as `idsNeeded` says. */
export function changeRows(
	target: RegistryTarget,
	project: StoredProject,
	ids: { readonly definitions: readonly number[]; readonly versions: readonly number[] },
	at: Micros,
	by: string,
): ChangeRows {
	const versionIds = [...ids.versions];
	const definitionIds = [...ids.definitions];
	const idOf = new Map<Target, number>();
	for (const each of allOf(target)) idOf.set(each, each.stored?.id ?? next(versionIds));
	const id = (each: Target): number => idOf.get(each) ?? fail();

	const present = new Map(project.definitions.map((row) => [keyOf(row), row]));
	const created: StoredDefinition[] = [];
	const updated: StoredDefinition[] = [];
	const versions: StoredVersion[] = [];
	const put = (each: Target, links: Omit<VersionBody, "definition">): void => {
		const { definition, hash, version, stored } = each;
		const { kind, name } = definition;
		const row = present.get(keyOf(definition));
		const object: StoredDefinition = {
			id: row?.id ?? next(definitionIds),
			kind,
			name,
			currentVersionId: id(each),
			governance: governanceOf(definition),
		};
		(row === undefined ? created : updated).push(object);
		present.delete(keyOf(definition));
		if (stored !== null) return;
		const body = { definition, ...links };
		versions.push({
			id: id(each),
			definitionId: object.id,
			version,
			hash,
			body,
			createdAt: at,
			createdBy: by,
			onlineSince: null,
		});
	};
	for (const each of target.entities) put(each, {});
	for (const each of target.sources) put(each, each.base === null ? {} : { base: id(each.base) });
	for (const each of target.views) {
		put(
			each,
			each.source === null
				? { inputs: each.inputs.map(id) }
				: { entities: each.entities.map(id), source: id(each.source) },
		);
	}
	for (const each of target.services) {
		const features = each.features.map(({ view, ...feature }) => ({
			...feature,
			viewVersion: "before" in view ? id(view) : view.id,
		}));
		put(each, { features, schemaHash: each.schemaHash });
	}
	// What is left is no part of the files any more.
	for (const row of present.values())
		if (row.currentVersionId !== null) updated.push({ ...row, currentVersionId: null });
	return { created, updated, versions };
}

/** The project as it is once the rows are written. */
export function withChange(project: StoredProject, rows: ChangeRows, registryVersion: number): StoredProject {
	const definitions = new Map(project.definitions.map((row) => [row.id, row]));
	for (const row of [...rows.created, ...rows.updated]) definitions.set(row.id, row);
	return {
		...project,
		registryVersion,
		definitions: [...definitions.values()],
		versions: [...project.versions, ...rows.versions],
	};
}

const allOf = ({ entities, sources, views, services }: RegistryTarget): readonly Target[] => [
	...entities,
	...sources,
	...views,
	...services,
];

const keyOf = ({ kind, name }: Pick<Definition, "kind" | "name">): string => `${kind} ${name}`;

const next = (ids: number[]): number => ids.shift() ?? fail();

function fail(): never {
	throw new Error("Fewer ids were reserved than the change needs.");
}
