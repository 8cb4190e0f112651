import type { OnlineStore } from "../core/ports/online-store.ts";
import type { RegistryReader } from "../core/ports/registry-reader.ts";
import type { RegistrySnapshot } from "../core/registry/snapshot.ts";
import type { OperationReader } from "../services/serving/packed-reader.ts";
import { featureValuesLoader } from "./feature-values.ts";

/**
 * The readers of operations: everything that one client operation asks for, by the generic query or by typed fields,
 * goes through one, on one revision of the registry. They hang on the operation's scope object and go with it.
 */
export function operationReaders(
	store: Pick<OnlineStore, "read">,
	registry: Pick<RegistryReader, "snapshot">,
): (scope: object) => OperationReader {
	const readers = new WeakMap<object, OperationReader>();
	return (scope) => {
		const present = readers.get(scope);
		if (present !== undefined) return present;
		const reader = { ...featureValuesLoader(store), snapshot: oncePerProject(registry) };
		readers.set(scope, reader);
		return reader;
	};
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
