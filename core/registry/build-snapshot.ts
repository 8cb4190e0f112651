/** Stored rows to the snapshot that reads work with. */
import { type StoredGovernance, withGovernance } from "../definitions/governance.ts";
import type { Definition, DefinitionKind } from "../definitions/model.ts";
import type { StoredDefinition, StoredProject, StoredVersion } from "../ports/registry-store.ts";
import type { Column } from "../values/type.ts";
import type {
	EntityVersion,
	RegistrySnapshot,
	ServiceVersion,
	SourceVersion,
	Versions,
	ViewVersion,
	ViewVersions,
} from "./snapshot.ts";

export function buildSnapshot(project: StoredProject): RegistrySnapshot {
	const builder = new SnapshotBuilder(project);
	return {
		projectId: project.id,
		project: project.name,
		description: project.description,
		registryVersion: project.registryVersion,
		revision: revisionText(project.id, project.revision),
		entities: builder.collect("entity", (row) => builder.entity(row)),
		sources: builder.collect("source", (row) => builder.source(row)),
		views: new Map(
			[...builder.collect("view", (row) => builder.view(row))].map(([name, versions]) => [name, withOnline(versions)]),
		),
		services: builder.collect("service", (row) => builder.service(row)),
	};
}

/** Revisions of different projects are different too. */
export const revisionText = (projectId: number, revision: bigint): string => `${projectId}.${revision}`;

/** Events of the bus may come late and out of order. Revisions of two projects do not compare: then it is later. */
export function isLaterRevision(revision: string, held: string): boolean {
	const [project, number = ""] = revision.split(".");
	const [heldProject, heldNumber = ""] = held.split(".");
	return project !== heldProject || BigInt(number) > BigInt(heldNumber);
}

/** A version answers online once it has values; one on demand when its inputs do. */
function answersOnline(version: ViewVersion): boolean {
	return version.kind === "BATCH" ? version.onlineSince !== null : version.inputs.every(answersOnline);
}

function withOnline(versions: Versions<ViewVersion>): ViewVersions {
	const { all, current } = versions;
	if (current === null) return { ...versions, online: null };
	if (answersOnline(current)) return { ...versions, online: current };
	// Going back to version 1 while 2 has values: 2 is no part of what was applied last, and does not answer.
	const online = all.findLast((version) => version.version <= current.version && answersOnline(version)) ?? null;
	return { ...versions, online };
}

/** Keys of several relations, in order, each once. */
export function distinctColumns(columns: readonly Column[]): readonly Column[] {
	return columns.filter(({ name }, index) => columns.findIndex((other) => other.name === name) === index);
}

/** Holds each version as one object, however many others refer to it. */
class SnapshotBuilder {
	readonly #definitions: ReadonlyMap<number, StoredDefinition>;
	readonly #versions: ReadonlyMap<number, StoredVersion>;
	readonly #byDefinition: ReadonlyMap<number, readonly StoredVersion[]>;
	readonly #project: StoredProject;
	readonly #built = new Map<number, unknown>();

	constructor(project: StoredProject) {
		this.#project = project;
		this.#definitions = new Map(project.definitions.map((row) => [row.id, row]));
		this.#versions = new Map(project.versions.map((row) => [row.id, row]));
		this.#byDefinition = Map.groupBy(project.versions, (row) => row.definitionId);
	}

	collect<T extends { readonly id: number }>(
		kind: DefinitionKind,
		build: (row: StoredVersion) => T,
	): ReadonlyMap<string, Versions<T>> {
		const rows = this.#project.definitions.filter((row) => row.kind === kind);
		rows.sort((a, b) => (a.name < b.name ? -1 : 1));
		return new Map(
			rows.map(({ id, name, currentVersionId }) => {
				const all = [...(this.#byDefinition.get(id) ?? [])].sort((a, b) => a.version - b.version).map(build);
				return [name, { all, current: all.find((version) => version.id === currentVersionId) ?? null }];
			}),
		);
	}

	entity(row: StoredVersion): EntityVersion {
		return this.#once(row, () => ({ ...this.#stored(row), definition: this.#definition(row, "entity") }));
	}

	source(row: StoredVersion): SourceVersion {
		return this.#once(row, () => ({
			...this.#stored(row),
			sourceId: row.definitionId,
			definition: this.#definition(row, "source"),
			base: row.body.base === undefined ? null : this.source(this.#version(row.body.base)),
		}));
	}

	view(row: StoredVersion): ViewVersion {
		return this.#once<ViewVersion>(row, () => {
			const definition = this.#definition(row, "view");
			const stored = { ...this.#stored(row), viewId: row.definitionId };
			if (definition.viewKind === "ON_DEMAND") {
				const inputs = (row.body.inputs ?? []).map((id) => this.view(this.#version(id)));
				const entities = inputs.flatMap((input) => input.entities);
				return {
					...stored,
					kind: "ON_DEMAND",
					definition,
					entities: entities.filter(({ id }, index) => entities.findIndex((other) => other.id === id) === index),
					joinKeys: distinctColumns(inputs.flatMap((input) => input.joinKeys)),
					inputs,
				};
			}
			const entities = (row.body.entities ?? []).map((id) => this.entity(this.#version(id)));
			return {
				...stored,
				kind: "BATCH",
				definition,
				entities,
				joinKeys: distinctColumns(entities.flatMap((entity) => entity.definition.joinKeys)),
				source: this.source(this.#version(row.body.source)),
				onlineSince: row.onlineSince,
				...(row.isDropped && { isDropped: true }),
			};
		});
	}

	service(row: StoredVersion): ServiceVersion {
		return this.#once(row, () => ({
			...this.#stored(row),
			serviceId: row.definitionId,
			definition: this.#definition(row, "service"),
			features: (row.body.features ?? []).map(({ viewVersion, ...feature }) => ({
				...feature,
				viewVersion: this.view(this.#version(viewVersion)),
			})),
			schemaHash: row.body.schemaHash ?? "",
		}));
	}

	#once<T>(row: StoredVersion, build: () => T): T {
		const known = this.#built.get(row.id) as T | undefined;
		if (known !== undefined) return known;
		const built = build();
		this.#built.set(row.id, built);
		return built;
	}

	#stored({ id, version, hash, definitionId, createdAt, createdBy }: StoredVersion) {
		const isCurrent = this.#definitions.get(definitionId)?.currentVersionId === id;
		return { id, version, hash, isCurrent, createdAt, createdBy };
	}

	#definition<K extends DefinitionKind>(row: StoredVersion, kind: K): Extract<Definition, { kind: K }> {
		const { definition } = row.body;
		if (definition.kind !== kind) throw new Error(`The version ${row.id} is no ${kind}.`);
		const governance: StoredGovernance | undefined = this.#definitions.get(row.definitionId)?.governance;
		const own = definition as Extract<Definition, { kind: K }>;
		return governance === undefined ? own : withGovernance(own, governance);
	}

	#version(id: number | undefined): StoredVersion {
		const row = id === undefined ? undefined : this.#versions.get(id);
		if (row === undefined) throw new Error(`The project "${this.#project.name}" lacks the version ${id}.`);
		return row;
	}
}
