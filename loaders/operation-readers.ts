import { cacheHeader, noCache } from "../core/online/cache-header.ts";
import type { RegistryReader } from "../core/ports/registry-reader.ts";
import type { OperationContext } from "../core/ports/subgraph.ts";
import type { RegistrySnapshot } from "../core/registry/snapshot.ts";
import { newUse, type OnlineReads, type OperationReader } from "../services/serving/read/packed-reader.ts";
import { featureValuesLoader } from "./feature-values.ts";
import { perScope } from "./per-scope.ts";

/**
 * The readers of operations: everything that one client operation asks for, by the generic query or by typed fields,
 * goes through one, on one revision of the registry. They hang on the operation's scope object and go with it.
 */
export function operationReaders(
	store: OnlineReads,
	registry: Pick<RegistryReader, "snapshot">,
): (operation: Pick<OperationContext, "scope" | "headers" | "cacheUses">) => OperationReader {
	return perScope(({ headers, cacheUses }) => {
		const use = newUse(headers?.[cacheHeader] === noCache);
		cacheUses?.push(use);
		return { ...featureValuesLoader(store, use), snapshot: oncePerProject(registry) };
	});
}

function oncePerProject(registry: Pick<RegistryReader, "snapshot">): OperationReader["snapshot"] {
	const snapshots = new Map<string, Promise<RegistrySnapshot>>();
	return (project) => {
		const known = snapshots.get(project);
		if (known !== undefined) return known;
		const snapshot = registry.snapshot(project);
		snapshots.set(project, snapshot);
		return snapshot;
	};
}
