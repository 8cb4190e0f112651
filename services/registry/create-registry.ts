import { LRUCache } from "lru-cache";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { buildSnapshot, revisionText } from "../../core/registry/build-snapshot.ts";
import { unpinnedVersions } from "../../core/registry/kept-versions.ts";
import { applyDefinitions } from "./apply.ts";
import { findObject, type VersionedObject, versionIn } from "./find-object.ts";
import { planDefinitions } from "./plan.ts";
import type { Registry } from "./registry.ts";
import type { RegistryDeps } from "./registry-deps.ts";
import { searchRegistry } from "./search.ts";
import { defaultProject, Snapshots } from "./snapshots.ts";

/** Versions whose project is remembered: it never changes. */
const mostVersions = 10_000;
/** Applies that wait for the one before them. */
const mostWaiting = 64;

/** Opens the registry; it listens to the bus until it is closed. */
export async function createRegistry(deps: RegistryDeps): Promise<Registry> {
	const snapshots = new Snapshots(deps);
	const projectOfVersion = new LRUCache<number, string>({ max: mostVersions });
	const unsubscribe = await deps.bus.subscribe("registry", ({ project, revision }) =>
		snapshots.invalidate(project, revision),
	);

	const versionById = async (id: number): Promise<VersionedObject | null> => {
		const project = projectOfVersion.get(id) ?? (await deps.store.projectOfVersion(id));
		if (project === null) return null;
		projectOfVersion.set(id, project);
		// A version that is stored and not in the snapshot is newer than it.
		return versionIn(await snapshots.get(project), id) ?? versionIn(await snapshots.fresh(project), id);
	};

	// An apply holds one connection and its logs need another: one at a time never waits for itself.
	let applying: Promise<unknown> = Promise.resolve();
	let waiting = 0;

	const announce = async (project: string, revision: string): Promise<void> => {
		snapshots.invalidate(project, revision);
		try {
			await deps.bus.publish({ topic: "registry", project, revision });
		} catch (error) {
			// It is committed all the same: the others find out when they look the revision up.
			deps.logger.warn({ err: error, project, revision }, "a change of the registry could not be announced");
		}
	};

	const registry: Registry = {
		snapshot: (project) => snapshots.get(project),

		async projects() {
			const names = await deps.store.projects();
			return names.includes(defaultProject) ? names : [defaultProject, ...names].sort();
		},

		async markOnline(viewVersionId) {
			const marked = await deps.store.markOnline(viewVersionId, deps.clock.now());
			if (marked === null) return;
			await announce(marked.project, revisionText(marked.projectId, marked.revision));
		},

		async unpin(project, before) {
			const { projectId, dropped, revision } = await deps.store.change(project, async (locked) => {
				const unpinned = unpinnedVersions(buildSnapshot(locked.project));
				const noted = await locked.unpin(
					unpinned.map(({ id }) => id),
					deps.clock.now(),
					before,
				);
				return {
					projectId: locked.project.id,
					revision: noted.revision,
					dropped: unpinned.filter(({ id }) => noted.dropped.includes(id)),
				};
			});
			if (revision !== null) await announce(project, revisionText(projectId, revision));
			return dropped;
		},

		async plan(principal, input) {
			return (await planDefinitions(deps, snapshots, principal, input)).plan;
		},

		async apply(principal, input) {
			if (waiting >= mostWaiting) {
				throw new FeaturegraphError("OVERLOADED", `${mostWaiting} applies are waiting already.`, {
					hint: "Try again in a moment.",
				});
			}
			waiting++;
			const result = applying
				.then(() => applyDefinitions(deps, snapshots, principal, input))
				.finally(() => {
					waiting--;
				});
			applying = result.catch(() => undefined);
			const { applied, project, revision } = await result;
			if (revision !== null) await announce(project, revision);
			return applied;
		},

		search: (principal, input) => searchRegistry(registry, principal, input),
		findById: (principal, id) => findObject(versionById, principal, id),
		versionById,
		refresh: () => snapshots.refresh(),
		close: unsubscribe,
	};
	return registry;
}
