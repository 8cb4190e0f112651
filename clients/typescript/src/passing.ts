import { FeaturegraphClientError } from "./errors.ts";

/** What may be other in a moment. */
const passing = new Set([
	"GATEWAY_UNREACHABLE",
	"OVERLOADED",
	"RATE_LIMITED",
	"STORE_UNAVAILABLE",
	"SUBGRAPH_UNAVAILABLE",
	"DEADLINE_EXCEEDED",
]);

/** May the same request, sent again, be answered? */
export const isPassing = (error: unknown): error is FeaturegraphClientError =>
	error instanceof FeaturegraphClientError && passing.has(error.code);
