import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { RequestError } from "../admit/request-error.ts";

/** Why an operation has no plan, as its client is told. `message` is the planner's. */
export function planRefused(message: string): Error {
	if (message.includes("Recursion limit")) return tooComplexToPlan("is nested too deeply to be planned");
	// The document is valid, so the fault is not the client's: the log gets the planner's words, the client a request id.
	return new PlanRefused(`The planner refused a valid operation: ${message}`);
}

/** The operation is valid, and not too large. */
class PlanRefused extends Error {
	override readonly name = "PlanRefused";
}

/** Refusals that are for the planner to mend. */
const plannersFaults = new WeakSet<object>();

/** Its planning ends the process of the planner. */
export function breaksPlanner(): RequestError {
	const refusal = tooComplexToPlan("breaks the query planner");
	plannersFaults.add(refusal);
	return refusal;
}

/** Is it for an error of the planner alone that there is no plan? */
export const isPlannersFault = (error: unknown): boolean =>
	error instanceof PlanRefused || (typeof error === "object" && error !== null && plannersFaults.has(error));

/** The operation costs more planning than one operation may, or breaks the planner. */
export function tooComplexToPlan(why: string): RequestError {
	return RequestError.of(
		"QUERY_TOO_COMPLEX",
		`The operation ${why}.`,
		"Spread fewer fragments inside fragments, and split it into several operations.",
	);
}

/** Its plan cannot be looked at in bounded time, and is not run without. */
export function tooManyTypes(): RequestError {
	return RequestError.of(
		"QUERY_TOO_COMPLEX",
		"The operation nests interfaces and unions in more combinations of types than its plan can be verified for.",
		"Ask for fewer levels of them at once, or go on with the ids of what the first operation found.",
	);
}

/** The planner has erred. What would be wrong with the answer names parts of the graph that are not for clients. */
export function unsoundPlan(flaws: readonly string[]): RequestError {
	const refusal = RequestError.of(
		"QUERY_TOO_COMPLEX",
		"The operation combines fields in a way that the gateway cannot plan.",
		"Ask for them in several operations: fields under fragments on different types, or under several aliases, apart.",
	);
	refusal.cause = new Error(`The plan is not sound: ${flaws.join("; ")}`);
	plannersFaults.add(refusal);
	return refusal;
}

/** Nothing is wrong with the operation; it may be sent again. */
export function plannerOverloaded(message: string): RequestError {
	return RequestError.of("OVERLOADED", message, "Send it again in a moment.");
}

/** The planner does not run on this machine at all. */
export function plannerUnusable(message: string): FeaturegraphError {
	return new FeaturegraphError(
		"UNSUPPORTED",
		`The query planner does not run on ${process.platform}-${process.arch}: ${message.split("\n")[0] ?? ""}`,
		{
			name: "@graphql-hive/router-query-planner",
			hint: "Run the gateway on Linux with glibc (x64, arm64; not Alpine) or on macOS (x64, arm64), after a plain `npm ci`.",
		},
	);
}
