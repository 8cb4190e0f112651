import type { GraphCheck } from "../core/ports/graph-check.ts";
import type { RegistryReader } from "../core/ports/registry-reader.ts";
import type { RegistrySnapshot } from "../core/registry/snapshot.ts";
import type { Composer } from "../gateway/generation/composer.ts";
import type { KnownDocument } from "../gateway/generation/composition-messages.ts";
import { checkCandidate } from "../gateway/generation/graph-check.ts";
import type { SubgraphSource } from "../schema/compose.ts";
import { subgraphNames, subgraphSdl } from "../schema/subgraph-sdl.ts";
import { servingSdlOf } from "../subgraphs/serving/schema.ts";
import type { Configuration } from "./configuration/configuration.ts";

export interface GraphCheckOptions {
	readonly faces: Configuration["faces"];
	readonly registry: Pick<RegistryReader, "snapshot" | "projects">;
	readonly composer: Composer;
	/** What clients are trusted to send. */
	readonly documents: readonly KnownDocument[];
	/** The users' own subgraphs, which are composed with ours. */
	readonly others: () => Promise<readonly SubgraphSource[]>;
}

/**
 * Looks at the graph that a change of the registry makes: at once, and once every view answers by its new version, which it
 * does when that has values. It needs no gateway, so it stands where the registry is, and knows the same files.
 */
export function graphCheck({ faces, registry, composer, documents, others }: GraphCheckOptions): GraphCheck {
	return async ({ before, after }) => {
		if (!faces.some(({ project }) => project === after.project)) return [];
		const rest = await otherProjects(faces, registry, after.project);
		const face = (snapshot: RegistrySnapshot | null): string =>
			servingSdlOf(
				faces.flatMap(({ project, prefix }) => {
					const shown = project === after.project ? snapshot : rest.get(project);
					return shown == null ? [] : [{ snapshot: shown, prefix }];
				}),
			);
		const old = distinct([face(before), face(before === null ? null : settled(before))]);
		const candidates = distinct([face(after), face(settled(after))]).filter((sdl) => !old.includes(sdl));
		if (candidates.length === 0) return [];

		const foreign = await others();
		const graphOf = (serving: string): readonly SubgraphSource[] => [
			...subgraphNames.map((name) => ({ name, sdl: name === "serving" ? serving : subgraphSdl(name) })),
			...foreign,
		];
		for (const candidate of candidates) {
			const errors = await checkCandidate(graphOf(candidate), old.map(graphOf), { composer, documents });
			if (errors.length > 0) return errors;
		}
		return [];
	};
}

async function otherProjects(
	faces: Configuration["faces"],
	registry: GraphCheckOptions["registry"],
	changed: string,
): Promise<ReadonlyMap<string, RegistrySnapshot>> {
	const known = new Set(await registry.projects());
	const shown = faces.filter(({ project }) => project !== changed && known.has(project));
	return new Map(
		await Promise.all(shown.map(async ({ project }) => [project, await registry.snapshot(project)] as const)),
	);
}

/** The registry once its current versions have values: the face then shows them, and no older ones. */
function settled(snapshot: RegistrySnapshot): RegistrySnapshot {
	const views = [...snapshot.views].map(([name, versions]) => [name, { ...versions, online: null }] as const);
	return { ...snapshot, views: new Map(views) };
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)];
