import { requirePermission } from "../../core/access/require-permission.ts";
import { type ReadFiles, readFiles } from "../../core/definitions/read-definitions.ts";
import type { FoundTransforms } from "../../core/definitions/transform.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { Plan } from "../../core/registry/plan.ts";
import { planChanges } from "../../core/registry/plan-changes.ts";
import { resolveTarget } from "../../core/registry/resolve-target.ts";
import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";
import { checkAgainst, projectOf, usable } from "./checked-definitions.ts";
import { inspectData } from "./inspect-data.ts";
import type { DefinitionsInput } from "./registry.ts";
import type { RegistryDeps } from "./registry-deps.ts";
import type { Snapshots } from "./snapshots.ts";
import { findTransforms } from "./transforms.ts";

export interface Planned {
	readonly project: string;
	readonly files: ReadFiles;
	readonly transforms: FoundTransforms;
	/** Null: the project does not exist yet. */
	readonly snapshot: RegistrySnapshot | null;
	readonly plan: Plan;
}

/**
 * Reads and checks the files, looks at the data of what is new, and tells what applying them would change. It reads
 * the files and runs the SQL that the definitions name, so it asks for the permission to define.
 */
export async function planDefinitions(
	deps: RegistryDeps,
	snapshots: Snapshots,
	principal: Principal,
	input: Pick<DefinitionsInput, "project" | "files">,
): Promise<Planned> {
	const files = readFiles(input.files);
	const project = projectOf(input.project, files);
	requirePermission(principal, "WRITE_DEFINITIONS", project);
	const snapshot = await snapshotOrNull(snapshots, project);
	const transforms = await findTransforms(deps.transforms, project, files);
	const context = checkAgainst(files, project, snapshot, deps.reservedTypeNames, transforms);
	if (context.errors.length === 0) await inspectData(deps, context);
	const plan = planChanges(resolveTarget(usable(context), snapshot), snapshot);
	return { project, files, transforms, snapshot, plan };
}

async function snapshotOrNull(snapshots: Snapshots, project: string): Promise<RegistrySnapshot | null> {
	try {
		return await snapshots.fresh(project);
	} catch (error) {
		if (error instanceof FeaturegraphError && error.code === "UNKNOWN_PROJECT") return null;
		throw error;
	}
}
