import type { ErrorCode } from "../../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

/**
 * Why a subgraph gave no answer that can be used. `unreachable`: no connection, or one that says the subgraph is not
 * there; `late`: no answer in time; `left`: nobody waits for it any more; `refused`: it was not asked, because it
 * failed too often; `full`: it was not asked, because too much is under way; `denied`: it does not take the gateway
 * for the gateway; `malformed`: an answer that is none.
 */
export type FailureReason = "unreachable" | "late" | "left" | "refused" | "full" | "denied" | "malformed";

/** What it says is for the log; a client learns what `publicFailure` makes of it. */
export class SubgraphFailure extends Error {
	override readonly name = "SubgraphFailure";
	readonly reason: FailureReason;

	constructor(reason: FailureReason, message: string, options?: ErrorOptions) {
		super(message, options);
		this.reason = reason;
	}
}

const told: Readonly<Record<FailureReason, readonly [code: ErrorCode, what: string]>> = {
	unreachable: ["SUBGRAPH_UNAVAILABLE", "does not answer"],
	late: ["SUBGRAPH_UNAVAILABLE", "did not answer in time"],
	left: ["SUBGRAPH_UNAVAILABLE", "was not waited for"],
	refused: ["SUBGRAPH_UNAVAILABLE", "failed repeatedly and is left alone for a moment"],
	full: ["OVERLOADED", "is asked too much at once"],
	denied: ["SUBGRAPH_UNAVAILABLE", "does not accept the requests of the gateway"],
	malformed: ["SUBGRAPH_INVALID_RESPONSE", "answered with what is no GraphQL response"],
};

/** The failure as clients may see it: the subgraph is named, addresses and causes are not told. */
export function publicFailure(subgraph: string, failure: SubgraphFailure): FeaturegraphError {
	const [code, what] = told[failure.reason];
	return new FeaturegraphError(code, `The subgraph \`${subgraph}\` ${what}.`, { name: subgraph }, { cause: failure });
}
