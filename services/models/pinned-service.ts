import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import type { RegistrySnapshot, ServiceVersion } from "../../core/registry/snapshot.ts";

/** The version of a feature service that a model version is pinned to: the one asked for, else the current. */
export function pinnedService(snapshot: RegistrySnapshot, name: string, version: number | null): ServiceVersion {
	const versions = snapshot.services.get(name);
	if (versions === undefined) {
		throw new FeaturegraphError(
			"UNKNOWN_SERVICE",
			`There is no feature service "${name}" in the project "${snapshot.project}".`,
			{
				name,
				nearest: nearestNames(name, snapshot.services.keys()),
				hint: "Apply a service of this name, or name one that exists.",
			},
		);
	}
	const found = version === null ? versions.current : versions.all.find((candidate) => candidate.version === version);
	if (found !== undefined && found !== null) return found;
	const numbers = versions.all.map((candidate) => String(candidate.version));
	throw new FeaturegraphError(
		"UNKNOWN_SERVICE",
		version === null
			? `The feature service "${name}" was deleted: it has no current version.`
			: `The feature service "${name}" has no version ${version}; it has ${numbers.join(", ")}.`,
		{
			name: version === null ? name : `${name}@${version}`,
			nearest: numbers.slice(-3),
			hint: "Give `featureServiceVersion`.",
		},
	);
}
