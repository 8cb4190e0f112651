import type { Logger } from "../../../core/ports/logger.ts";
import type { RegistryReader } from "../../../core/ports/registry-reader.ts";
import type { CachePolicy } from "./value-cache.ts";

export interface ViewPoliciesDeps {
	readonly registry: Pick<RegistryReader, "projects" | "snapshot">;
	readonly logger: Logger;
	/** Of views that are not named. */
	readonly usual: CachePolicy;
	/** By name, `view` or `project/view`; null: never from memory. */
	readonly views: ReadonlyMap<string, CachePolicy | null>;
}

/**
 * What the configuration says of a view, by the id of its version. A version that is new here is not cached until the
 * registry has told whose it is.
 */
export function viewPolicies({ registry, logger, usual, views }: ViewPoliciesDeps) {
	// A version is of one view for ever.
	const known = new Map<number, CachePolicy | null>();
	let looking = false;

	async function look(): Promise<void> {
		for (const project of await registry.projects()) {
			const snapshot = await registry.snapshot(project);
			for (const [name, { all }] of snapshot.views) {
				const key = `${project}/${name}`;
				const policy = views.has(key) ? views.get(key) : views.get(name);
				for (const { id } of all) known.set(id, policy === undefined ? usual : policy);
			}
		}
	}

	return (viewVersionId: number): CachePolicy | null => {
		if (views.size === 0) return usual;
		const policy = known.get(viewVersionId);
		if (policy !== undefined) return policy;
		if (!looking) {
			looking = true;
			look()
				.catch((error: unknown) => logger.warn({ err: error }, "It is not known yet which views may be cached"))
				.finally(() => {
					looking = false;
				});
		}
		return null;
	};
}
