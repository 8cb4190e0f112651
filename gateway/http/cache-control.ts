import { cachePolicyOf } from "../admit/cache-policy.ts";
import type { PreparedOperation } from "../operation.ts";

/**
 * The header for an answer without errors to a query by GET; null: the usual `no-store`. Whatever the graph says, what was
 * answered to somebody who brought credentials is for them alone.
 */
export function cacheControlOf(
	{ document, principal }: PreparedOperation,
	operationName: string | null,
): string | null {
	const policy = cachePolicyOf(document, operationName);
	if (policy === null || !Number.isFinite(policy.maxAgeSeconds)) return null;
	const isPublic = policy.scope === "PUBLIC" && principal.credential === undefined;
	return `max-age=${Math.floor(policy.maxAgeSeconds)}, ${isPublic ? "public" : "private"}`;
}
