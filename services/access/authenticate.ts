import { createHash, timingSafeEqual } from "node:crypto";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { type Permission, type Principal, permissions } from "../../core/ports/principal.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";

/**
 * Who asks while no access is configured: everybody on this machine may do everything. That is no credential: what the graph
 * keeps for the authenticated is withheld.
 */
export const anonymousPrincipal: Principal = {
	id: "anonymous",
	permissions: new Set(permissions),
	projects: null,
};

/** A token as it is configured: by its hash, so that the configuration holds no secret. */
export interface AccessToken {
	/** Stands in the audit log. */
	readonly name: string;
	/** SHA-256 of the token, hex. */
	readonly sha256: string;
	readonly permissions: readonly Permission[];
	/** Null: all. */
	readonly projects: readonly string[] | null;
	/** What the access directives of a graph ask for, beside the permissions. By default nothing. */
	readonly scopes?: readonly string[];
	readonly policies?: readonly string[];
	/** RFC 3339; from then on it is not valid. Null, or absent: it stays. */
	readonly expiresAt?: string | null;
}

const bearer = /^Bearer +([\x21-\x7e]{1,1024}) *$/i;

/** Lets in who brings one of the tokens; without any, everybody as `anonymousPrincipal`: then listen on loopback alone. */
export function authenticateWith(tokens: readonly AccessToken[], clock: Clock): Authenticate {
	if (tokens.length === 0) return () => Promise.resolve(anonymousPrincipal);
	const known = tokens.map((token) => ({ hash: hashBytes(token), principal: principalOf(token) }));
	return async ({ authorization }) => {
		if (authorization === null) throw unauthenticated("This server asks for a token.");
		const given = bearer.exec(authorization)?.[1];
		if (given === undefined) throw unauthenticated("The `authorization` header holds no bearer token.");
		const hash = createHash("sha256").update(given).digest();
		// Every token is compared, so that the time tells nothing of which one was near.
		let found: Principal | null = null;
		for (const each of known) if (timingSafeEqual(each.hash, hash)) found = each.principal;
		if (found === null) throw unauthenticated("The token is not valid.");
		const expiresAt = found.credential?.expiresAt;
		if (expiresAt !== undefined && clock.now() >= BigInt(expiresAt) * 1000n) {
			throw unauthenticated("The token has expired.");
		}
		return found;
	};
}

function hashBytes({ name, sha256 }: AccessToken): Buffer {
	const bytes = Buffer.from(sha256, "hex");
	if (/^[0-9a-f]{64}$/i.test(sha256)) return bytes;
	throw new FeaturegraphError("CONFIGURATION_INVALID", `The token "${name}" has no SHA-256 in hex.`, {
		name,
		hint: "Write the hash of the token, not the token: printf %s TOKEN | sha256sum",
	});
}

const principalOf = ({
	name,
	permissions: granted,
	projects,
	scopes,
	policies,
	expiresAt,
}: AccessToken): Principal => ({
	id: `token:${name}`,
	permissions: new Set(granted),
	projects: projects === null ? null : new Set(projects),
	credential: {
		scopes: new Set(scopes),
		policies: new Set(policies),
		...(expiresAt == null ? {} : { expiresAt: Date.parse(expiresAt) }),
	},
});

const unauthenticated = (message: string): FeaturegraphError =>
	new FeaturegraphError("UNAUTHENTICATED", message, { hint: "Send the header `authorization: Bearer TOKEN`." });
