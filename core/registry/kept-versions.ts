import type { BatchViewVersion, RegistrySnapshot, ViewVersion } from "./snapshot.ts";

/** Versions that something reads: current ones, those that answer online, those frozen by a service or an on-demand view. */
export function keptVersions(snapshot: RegistrySnapshot): BatchViewVersion[] {
	const kept = new Map<number, BatchViewVersion>();
	const keep = (version: ViewVersion | null): void => {
		if (version === null) return;
		if (version.kind === "BATCH") kept.set(version.id, version);
		else for (const input of version.inputs) keep(input);
	};
	for (const { current, online } of snapshot.views.values()) {
		keep(current);
		keep(online);
	}
	for (const { all } of snapshot.services.values()) {
		for (const service of all) for (const { viewVersion } of service.features) keep(viewVersion);
	}
	return [...kept.values()];
}

/** Versions with keys of their own that nothing reads any more, but for who names them by their number. */
export function unpinnedVersions(snapshot: RegistrySnapshot): BatchViewVersion[] {
	const kept = new Set(keptVersions(snapshot).map(({ id }) => id));
	return [...snapshot.views.values()]
		.flatMap(({ all }) => all)
		.filter((version) => version.kind === "BATCH")
		.filter(({ id, definition }) => definition.online && !kept.has(id));
}
