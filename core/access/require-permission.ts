import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import type { Permission, Principal } from "../ports/principal.ts";

/** Throws FORBIDDEN unless `principal` may do this in `project`. */
export function requirePermission(principal: Principal, permission: Permission, project: string): void {
	if (principal.projects !== null && !principal.projects.has(project)) {
		throw new FeaturegraphError("FORBIDDEN", `"${principal.id}" may not use the project "${project}".`, {
			name: project,
			hint: "Ask for access to this project, or name another one.",
		});
	}
	if (!principal.permissions.has(permission)) {
		throw new FeaturegraphError("FORBIDDEN", `"${principal.id}" lacks the permission ${permission}.`, {
			name: permission,
			hint: `Use credentials that have ${permission}.`,
		});
	}
}

/** Whether it may: for look-ups that answer null instead of an error. */
export const isAllowed = (principal: Principal, permission: Permission, project: string): boolean =>
	principal.permissions.has(permission) && (principal.projects === null || principal.projects.has(project));
