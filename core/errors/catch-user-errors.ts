import { FeaturegraphError, FeaturegraphErrors } from "./featuregraph-error.ts";
import type { UserError } from "./user-error.ts";

/** Codes that concern the request as a whole: they stay errors of it, also in mutations. */
const requestCodes: ReadonlySet<string> = new Set([
	"UNAUTHENTICATED",
	"FORBIDDEN",
	"STORE_UNAVAILABLE",
	"OVERLOADED",
	"INTERNAL_SERVER_ERROR",
]);

/** Runs a mutation; what the caller can mend becomes `userErrors` of its payload, anything else is thrown on. */
export async function catchUserErrors<Payload, Refusal>(
	run: () => Promise<Payload>,
	refusal: (userErrors: readonly UserError[]) => Refusal,
): Promise<Payload | Refusal> {
	try {
		return await run();
	} catch (error) {
		if (error instanceof FeaturegraphErrors) return refusal(error.errors);
		if (error instanceof FeaturegraphError && !requestCodes.has(error.code)) return refusal([error.toUserError()]);
		throw error;
	}
}
