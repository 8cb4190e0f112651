/** Names of a request to versions of the registry. */
import type { ErrorCode } from "../errors/catalogue.ts";
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { nearestNames } from "../errors/nearest.ts";
import type { RegistrySnapshot, ServiceVersion, Versions, ViewVersion } from "../registry/snapshot.ts";
import type { VersionedName } from "./feature-reference.ts";

/** `online`: the bare name means what answers online. `current`: what was applied last. */
export type VersionMode = "online" | "current";

/** The version of a view that a name means. Throws UNKNOWN_VIEW; `others` are further valid names (aliases). */
export function findView(
	snapshot: RegistrySnapshot,
	wanted: VersionedName,
	mode: VersionMode,
	others: Iterable<string> = [],
): ViewVersion {
	const versions = snapshot.views.get(wanted.name);
	if (versions === undefined) {
		const nearest = nearestNames(wanted.name, [...snapshot.views.keys(), ...others]);
		throw unknown("UNKNOWN_VIEW", "view", wanted.name, snapshot.project, nearest);
	}
	if (wanted.version !== null) return byNumber(versions, wanted, "UNKNOWN_VIEW", "view");
	// Before anything is online the current version is read, and answers NOT_FOUND.
	const found = mode === "online" ? (versions.online ?? versions.current) : versions.current;
	return found ?? deleted(versions, wanted.name, "UNKNOWN_VIEW", "view");
}

/**
 * The version of a service that a name means. Online, a new version answers once all its views do; until then the
 * one before it answers.
 */
export function findService(snapshot: RegistrySnapshot, wanted: VersionedName, mode: VersionMode): ServiceVersion {
	const versions = snapshot.services.get(wanted.name);
	if (versions === undefined) {
		const nearest = nearestNames(wanted.name, snapshot.services.keys());
		throw unknown("UNKNOWN_SERVICE", "feature service", wanted.name, snapshot.project, nearest);
	}
	if (wanted.version !== null) return byNumber(versions, wanted, "UNKNOWN_SERVICE", "feature service");
	const { current, all } = versions;
	if (current === null) return deleted(versions, wanted.name, "UNKNOWN_SERVICE", "feature service");
	if (mode === "current") return current;
	const answers = (version: ServiceVersion) =>
		version.version <= current.version && version.features.every(({ viewVersion }) => answersOnline(viewVersion));
	return answers(current) ? current : (all.findLast(answers) ?? current);
}

/** Whether a version has values online; one on demand does when its inputs do. */
export function answersOnline(view: ViewVersion): boolean {
	return view.kind === "BATCH" ? view.onlineSince !== null : view.inputs.every(answersOnline);
}

function byNumber<T extends { readonly version: number }>(
	{ all }: Versions<T>,
	{ name, version }: VersionedName,
	code: ErrorCode,
	what: string,
): T {
	const found = all.find((candidate) => candidate.version === version);
	if (found !== undefined) return found;
	const nearest = all.slice(-3).map((candidate) => `${name}@${candidate.version}`);
	throw new FeaturegraphError(code, `The ${what} "${name}" has no version ${version}.`, {
		name: `${name}@${version}`,
		nearest,
	});
}

function deleted({ all }: Versions<{ readonly version: number }>, name: string, code: ErrorCode, what: string): never {
	const nearest = all.slice(-3).map((candidate) => `${name}@${candidate.version}`);
	throw new FeaturegraphError(code, `The ${what} "${name}" was deleted.`, {
		name,
		nearest,
		hint: "Its versions stay readable by number.",
	});
}

function unknown(code: ErrorCode, what: string, name: string, project: string, nearest: readonly string[]): Error {
	return new FeaturegraphError(code, `There is no ${what} "${name}" in the project "${project}".`, { name, nearest });
}
