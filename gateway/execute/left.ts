import { type ExecutionResult, GraphQLError } from "graphql";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { type Endable, endReasonOf } from "../endable.ts";

/** Has whoever waited gone? What ends because its time is over says so by an error of ours, and tells what it has. */
export function hasLeft(endable: Endable): boolean {
	const reason = endReasonOf(endable);
	return reason !== undefined && !(reason instanceof FeaturegraphError);
}

/** The result of what nobody waits for any more: nothing is completed for it. */
export const unheard = (): ExecutionResult => ({
	data: null,
	errors: [
		new GraphQLError("Whoever asked has left before the answer.", {
			extensions: { code: "DEADLINE_EXCEEDED", nearest: [] },
		}),
	],
});
