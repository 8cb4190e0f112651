import type { Principal } from "../../core/ports/principal.ts";

/** Names of which one whole group must be granted. */
export type Alternatives = readonly (readonly string[])[];

/** What a principal needs: all of it. */
export interface Requirement {
	/** A credential, whosever. */
	readonly authenticated: boolean;
	readonly scopes: readonly Alternatives[];
	readonly policies: readonly Alternatives[];
}

export const noRequirement: Requirement = { authenticated: false, scopes: [], policies: [] };

/** All of several requirements, each part once. */
export function allOf(requirements: Iterable<Requirement>): Requirement {
	let authenticated = false;
	const scopes = new Map<string, Alternatives>();
	const policies = new Map<string, Alternatives>();
	for (const requirement of requirements) {
		authenticated ||= requirement.authenticated;
		for (const each of requirement.scopes) scopes.set(JSON.stringify(each), each);
		for (const each of requirement.policies) policies.set(JSON.stringify(each), each);
	}
	if (!authenticated && scopes.size === 0 && policies.size === 0) return noRequirement;
	return { authenticated, scopes: [...scopes.values()], policies: [...policies.values()] };
}

/** The part of a requirement that is not met; null: all is. `policies` are those that hold. */
export function unmetPart(
	{ authenticated, scopes, policies }: Requirement,
	principal: Principal,
	held: ReadonlySet<string>,
): "authenticated" | "scopes" | "policies" | null {
	if (authenticated && principal.credential === undefined) return "authenticated";
	if (!scopes.every((alternatives) => isGranted(alternatives, (scope) => hasScope(principal, scope)))) return "scopes";
	if (!policies.every((alternatives) => isGranted(alternatives, (policy) => held.has(policy)))) return "policies";
	return null;
}

const isGranted = (alternatives: Alternatives, has: (name: string) => boolean): boolean =>
	alternatives.some((group) => group.every(has));

/** Permissions count as scopes of their name. */
function hasScope({ permissions, credential }: Principal, scope: string): boolean {
	return (permissions as ReadonlySet<string>).has(scope) || credential?.scopes.has(scope) === true;
}
