import { isAllowed, requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import type { Model, ModelStore, ModelVersion } from "../../core/ports/model-store.ts";
import type { Page, Paged } from "../../core/ports/paging.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { RegistrySnapshot, ViewVersion } from "../../core/registry/snapshot.ts";
import type { Micros } from "../../core/values/value.ts";

interface ReadDeps {
	readonly registry: RegistryReader;
	readonly models: ModelStore;
}

/** A model by name; null where there is none. */
export async function model(
	deps: ReadDeps,
	principal: Principal,
	project: string,
	name: string,
): Promise<Model | null> {
	requirePermission(principal, "READ", project);
	const { projectId } = await deps.registry.snapshot(project);
	return deps.models.model(projectId, name);
}

/** A model by id; null where there is none that the principal may see. */
export async function modelById(deps: ReadDeps, principal: Principal, id: string): Promise<Model | null> {
	const found = await deps.models.modelById(id);
	return found !== null && isAllowed(principal, "READ", found.project) ? found : null;
}

export async function models(deps: ReadDeps, principal: Principal, project: string, page: Page): Promise<Paged<Model>> {
	requirePermission(principal, "READ", project);
	const { projectId } = await deps.registry.snapshot(project);
	return deps.models.models(projectId, page);
}

/** Which version: a number, an alias (`latest` alone so far), `at` an instant; without any of them the latest. */
export interface VersionChoice {
	readonly version: number | null;
	readonly alias: string | null;
	readonly at: Micros | null;
}

const latestAlias = "latest";

/** One version of a model; null where there is none. A version that was registered after `at` does not exist then. */
export async function modelVersion(
	deps: ReadDeps,
	principal: Principal,
	project: string,
	name: string,
	{ version, alias, at }: VersionChoice,
): Promise<ModelVersion | null> {
	if (version !== null && alias !== null) {
		throw new FeaturegraphError("BAD_USER_INPUT", "Give `version` or `alias`, not both.", { path: ["alias"] });
	}
	const found = await model(deps, principal, project, name);
	if (found === null) return null;
	if (version !== null) {
		const exact = await deps.models.version(found.id, version);
		return exact !== null && at !== null && exact.createdAt > at ? null : exact;
	}
	if (alias !== null && alias !== latestAlias) {
		throw new FeaturegraphError("NOT_FOUND", `The model "${name}" has no alias "${alias}".`, {
			path: ["alias"],
			name: alias,
			nearest: nearestNames(alias, [latestAlias]),
			hint: "`latest` is the newest version; any version has its number.",
		});
	}
	return deps.models.latest(found.id, at);
}

/** A version by id; null where there is none that the principal may see. */
export async function modelVersionById(deps: ReadDeps, principal: Principal, id: string): Promise<ModelVersion | null> {
	const found = await deps.models.versionById(id);
	return found !== null && isAllowed(principal, "READ", found.model.project) ? found : null;
}

/** The versions of a model, newest first. */
export function versionsOfModel(deps: ReadDeps, of: Model, page: Page): Promise<Paged<ModelVersion>> {
	return deps.models.versions(of.id, page);
}

/** `latest`, of the newest version of its model. */
export async function aliasesOf(deps: ReadDeps, version: ModelVersion): Promise<readonly string[]> {
	const newest = await deps.models.latest(version.model.id, null);
	return newest?.id === version.id ? [latestAlias] : [];
}

/** The model versions that are pinned to one version of a feature service. */
export async function versionsOfService(
	deps: ReadDeps,
	principal: Principal,
	project: string,
	serviceVersionId: number,
	page: Page,
): Promise<Paged<ModelVersion>> {
	requirePermission(principal, "READ", project);
	return deps.models.versionsOfServices([serviceVersionId], page);
}

/** The model versions whose pinned feature service reads this feature of this view version. */
export async function versionsOfFeature(
	deps: ReadDeps,
	principal: Principal,
	project: string,
	viewVersionId: number,
	feature: string,
	page: Page,
): Promise<Paged<ModelVersion>> {
	requirePermission(principal, "READ", project);
	const snapshot = await deps.registry.snapshot(project);
	return deps.models.versionsOfServices(servicesThatRead(snapshot, viewVersionId, feature), page);
}

/** Directly, or as the input of an on-demand view that they read. */
function servicesThatRead(snapshot: RegistrySnapshot, viewVersionId: number, feature: string): number[] {
	const readsIt = (view: ViewVersion): boolean =>
		view.kind === "ON_DEMAND" && view.inputs.some((input) => input.id === viewVersionId || readsIt(input));
	return [...snapshot.services.values()]
		.flatMap((versions) => versions.all)
		.filter(({ features }) =>
			features.some(
				(read) => (read.viewVersion.id === viewVersionId && read.feature === feature) || readsIt(read.viewVersion),
			),
		)
		.map(({ id }) => id);
}
