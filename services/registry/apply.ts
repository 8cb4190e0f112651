import { FeaturegraphError, FeaturegraphErrors } from "../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import { logOf, sourceLogOf } from "../../core/offline/offline-view.ts";
import type { RegistryChange } from "../../core/ports/graph-check.ts";
import type { LogDefinition } from "../../core/ports/offline-log.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { LockedProject } from "../../core/ports/registry-store.ts";
import { buildSnapshot, revisionText } from "../../core/registry/build-snapshot.ts";
import { changeRows, idsNeeded, withChange } from "../../core/registry/change-rows.ts";
import type { DefinitionChange, Plan } from "../../core/registry/plan.ts";
import { planChanges } from "../../core/registry/plan-changes.ts";
import { resolveTarget } from "../../core/registry/resolve-target.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";
import { checkAgainst, usable } from "./checked-definitions.ts";
import { type Planned, planDefinitions } from "./plan.ts";
import type { Applied, DefinitionsInput } from "./registry.ts";
import type { RegistryDeps } from "./registry-deps.ts";
import type { Snapshots } from "./snapshots.ts";

/** Logs made side by side, each on a connection of its own. */
const logsAtOnce = 3;

/**
 * Applies the files in one transaction over the locked project; `revision` is null where nothing changed. What the plan says is worked out anew under the lock,
 * so that whoever comes second is refused, or builds on what the first one did.
 */
export async function applyDefinitions(
	deps: RegistryDeps,
	snapshots: Snapshots,
	principal: Principal,
	input: DefinitionsInput,
): Promise<{ readonly applied: Applied; readonly project: string; readonly revision: string | null }> {
	const planned = await planDefinitions(deps, snapshots, principal, input);
	const { project } = planned;
	const result = await deps.store.change(project, (locked) => applyLocked(deps, principal, input, planned, locked));
	return { project, ...result };
}

async function applyLocked(
	deps: RegistryDeps,
	principal: Principal,
	input: DefinitionsInput,
	{ project: name, files, transforms }: Planned,
	locked: LockedProject,
): Promise<{ readonly applied: Applied; readonly revision: string | null }> {
	const { project } = locked;
	const snapshot = buildSnapshot(project);
	if (input.expectedVersion !== null && input.expectedVersion !== snapshot.registryVersion) {
		throw new FeaturegraphError(
			"CONFLICT",
			`The registry of "${name}" is at version ${snapshot.registryVersion}, not ${input.expectedVersion}: somebody else applied in between.`,
			{ path: ["expectedVersion"], name, hint: "Plan again, and apply what you then see." },
		);
	}
	const definitions = usable(checkAgainst(files, name, snapshot, deps.reservedTypeNames, transforms));
	const target = resolveTarget(definitions, snapshot);
	const plan = planChanges(target, snapshot);
	if (input.planHash !== null && input.planHash !== plan.hash) {
		throw new FeaturegraphError("PLAN_CHANGED", "Applying these files would no longer do what the plan says.", {
			path: ["planHash"],
			name: input.planHash,
			hint: "Plan again, and apply what you then see.",
		});
	}
	if (plan.changes.length === 0) {
		return { applied: { plan, registryVersion: snapshot.registryVersion }, revision: null };
	}
	await checkDeletes(deps, plan, snapshot, input.allowDelete);

	const at = deps.clock.now();
	const registryVersion = snapshot.registryVersion + 1;
	const ids = await locked.reserveIds(idsNeeded(target));
	const rows = changeRows(target, project, ids, at, principal.id);
	const after = buildSnapshot(withChange(project, rows, registryVersion));
	const broken = await checkGraph(deps, { before: snapshot, after }, input.breakDocuments);
	await ensureLogs(deps, after, new Set(ids.versions));
	const revision = await locked.write({
		...rows,
		registryVersion,
		planHash: plan.hash,
		files: input.files,
		at,
		by: principal.id,
		audit: {
			at,
			actor: principal.id,
			action: "registry.apply",
			project: name,
			subject: `version ${registryVersion}`,
			details: {
				planHash: plan.hash,
				changes: plan.changes.map(({ fields: _fields, ...change }) => change),
				...(broken.length === 0 ? {} : { brokenDocuments: broken }),
			},
		},
	});
	return { applied: { plan, registryVersion }, revision: revisionText(project.id, revision) };
}

async function checkDeletes(
	deps: Pick<RegistryDeps, "models">,
	{ changes }: Plan,
	snapshot: RegistrySnapshot,
	allowed: boolean,
): Promise<void> {
	const deleted = changes.filter(({ action }) => action === "DELETE");
	if (deleted.length > 0 && !allowed) {
		throw new FeaturegraphError("DELETE_NOT_ALLOWED", `This would delete ${deleted.map(describe).join(", ")}.`, {
			path: ["allowDelete"],
			name: deleted[0]?.name ?? "",
			hint: "Allow deleting if that is meant; else give all files of the project.",
		});
	}
	for (const change of deleted) {
		if (change.kind !== "FEATURE_SERVICE") continue;
		const ids = snapshot.services.get(change.name)?.all.map(({ id }) => id) ?? [];
		const { rows, hasNextPage } = await deps.models.versionsOfServices(ids, { first: 5, after: null });
		if (rows.length === 0) continue;
		const users = rows.map(({ model, version }) => `${model.name} version ${version}`).join(", ");
		throw new FeaturegraphError(
			"STILL_IN_USE",
			`The feature service "${change.name}" cannot be deleted: ${users}${hasNextPage ? " and others" : ""} read it.`,
			{ name: change.name, hint: "Keep the service in the files as long as models are pinned to it." },
		);
	}
}

/** Throws what the change breaks in the graph; gives the names of the documents that it is forced to break. */
async function checkGraph(
	{ graphCheck }: Pick<RegistryDeps, "graphCheck">,
	change: RegistryChange,
	forced: boolean,
): Promise<readonly string[]> {
	const errors = (await graphCheck?.(change)) ?? [];
	const mayBreak = (error: UserError): boolean => forced && error.code === "GRAPH_BREAKS_DOCUMENTS";
	if (errors.length > 0 && !errors.every(mayBreak)) {
		throw new FeaturegraphErrors(errors.filter((error) => !mayBreak(error)));
	}
	return errors.flatMap(({ name }) => name ?? []);
}

const describe = ({ kind, name }: DefinitionChange): string => `${kind.toLowerCase().replaceAll("_", " ")} "${name}"`;

/** Makes the logs of new versions; one that is there already is left as it is, or gets the columns that it lacks. */
async function ensureLogs(
	{ log }: Pick<RegistryDeps, "log">,
	after: RegistrySnapshot,
	newVersions: ReadonlySet<number>,
): Promise<void> {
	const logs: LogDefinition[] = [];
	for (const { current } of after.sources.values()) {
		if (current === null || current.definition.origin.kind !== "push" || !newVersions.has(current.id)) continue;
		logs.push(sourceLogOf(current));
	}
	for (const { current } of after.views.values()) {
		if (current?.kind !== "BATCH" || !newVersions.has(current.id)) continue;
		logs.push(logOf(current) ?? sourceLogOf(current.source, current.joinKeys));
	}
	// Side by side, but one log never twice at a time.
	const byLog = [...Map.groupBy(logs, ({ id }) => id).values()];
	for (let start = 0; start < byLog.length; start += logsAtOnce) {
		await Promise.all(
			byLog.slice(start, start + logsAtOnce).map(async (same) => {
				for (const definition of same) await log.ensure(definition);
			}),
		);
	}
}
