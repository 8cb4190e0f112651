import { type ExecutionResult, GraphQLError } from "graphql";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

/** Has whoever waited gone? What ends because its time is over says so by an error of ours, and tells what it has. */
export const hasLeft = ({ aborted, reason }: AbortSignal): boolean => aborted && !(reason instanceof FeaturegraphError);

/** The result of what nobody waits for any more: nothing is completed for it. */
export const unheard = (): ExecutionResult => ({
	data: null,
	errors: [
		new GraphQLError("Whoever asked has left before the answer.", {
			extensions: { code: "DEADLINE_EXCEEDED", nearest: [] },
		}),
	],
});
