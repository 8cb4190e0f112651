import { LRUCache } from "lru-cache";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import { buildSnapshot, isLaterRevision, revisionText } from "../../core/registry/build-snapshot.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";
import type { Micros } from "../../core/values/value.ts";
import type { RegistryDeps } from "./registry-deps.ts";
import { bindTransforms } from "./transforms.ts";

export const defaultProject = "default";

/** Projects whose snapshots are kept. */
const mostProjects = 256;
/** A message of the bus can be lost: so long a snapshot is used before the revision is looked up again. */
const recheckAfter: Micros = 1_000_000n;

interface Cached {
	readonly snapshot: RegistrySnapshot;
	checkedAt: Micros;
}

/**
 * The snapshots of all projects, shared by all requests. A read is answered from memory: what the bus tells of is
 * loaded anew by the next read, and now and then the revision is looked up behind a read's back.
 */
export class Snapshots {
	readonly #deps: Pick<RegistryDeps, "store" | "clock" | "logger" | "transforms">;
	readonly #cache = new LRUCache<string, Cached>({ max: mostProjects });
	readonly #loading = new Map<string, Promise<RegistrySnapshot>>();
	readonly #rechecking = new Set<string>();

	constructor(deps: Pick<RegistryDeps, "store" | "clock" | "logger" | "transforms">) {
		this.#deps = deps;
	}

	/** UNKNOWN_PROJECT, with the nearest names. */
	get(project: string): Promise<RegistrySnapshot> {
		const cached = this.#cache.get(project);
		if (cached === undefined) return this.#load(project);
		if (this.#deps.clock.now() - cached.checkedAt >= recheckAfter && !this.#rechecking.has(project)) {
			this.#rechecking.add(project);
			void this.#recheck(project, cached).finally(() => this.#rechecking.delete(project));
		}
		return Promise.resolve(cached.snapshot);
	}

	/** As it is in the store at this moment. */
	async fresh(project: string): Promise<RegistrySnapshot> {
		const cached = this.#cache.get(project);
		if (cached !== undefined) await this.#recheck(project, cached);
		return this.get(project);
	}

	/** Every project that is held becomes as it is in the store at this moment. */
	async refresh(): Promise<void> {
		await Promise.all([...this.#cache.entries()].map(([project, cached]) => this.#recheck(project, cached)));
	}

	/** The project changed: unless what is held is as new, the next read loads it. Without a revision it always does. */
	invalidate(project: string, revision?: string): void {
		const held = this.#cache.get(project)?.snapshot.revision;
		if (revision !== undefined && held !== undefined && !isLaterRevision(revision, held)) return;
		this.#cache.delete(project);
		// A load that began before the change may not have seen it.
		this.#loading.delete(project);
	}

	#load(project: string): Promise<RegistrySnapshot> {
		const running = this.#loading.get(project);
		if (running !== undefined) return running;
		const loading = this.#read(project)
			.then((snapshot) => {
				if (this.#loading.get(project) === loading) {
					this.#cache.set(project, { snapshot, checkedAt: this.#deps.clock.now() });
				}
				return snapshot;
			})
			.finally(() => {
				if (this.#loading.get(project) === loading) this.#loading.delete(project);
			});
		this.#loading.set(project, loading);
		return loading;
	}

	async #read(project: string): Promise<RegistrySnapshot> {
		const { store } = this.#deps;
		let stored = await store.load(project);
		if (stored === null && project === defaultProject) {
			await store.ensureProject(project);
			stored = await store.load(project);
		}
		if (stored !== null) {
			const snapshot = buildSnapshot(stored);
			await bindTransforms(this.#deps, snapshot);
			return snapshot;
		}
		const names = await store.projects();
		throw new FeaturegraphError("UNKNOWN_PROJECT", `There is no project "${project}".`, {
			name: project,
			nearest: nearestNames(project, new Set([defaultProject, ...names])),
			hint: "Apply definitions to it, or name one that exists.",
		});
	}

	async #recheck(project: string, cached: Cached): Promise<void> {
		try {
			const revision = await this.#deps.store.revision(project);
			cached.checkedAt = this.#deps.clock.now();
			const { projectId, revision: held } = cached.snapshot;
			if (revision === null || revisionText(projectId, revision) !== held) this.invalidate(project);
		} catch (error) {
			// What is held goes on answering while the store does not.
			this.#deps.logger.warn({ err: error, project }, "the revision of a project could not be looked up");
		}
	}
}
