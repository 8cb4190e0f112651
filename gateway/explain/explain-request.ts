import type { Permission, Principal } from "../../core/ports/principal.ts";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import { RequestError } from "../admit/request-error.ts";

/** What a client wants to be told of its operation. */
export interface ExplainRequest {
	/** `plan`: nothing is executed. */
	readonly mode: "plan" | "execute";
	/** Whether the values of variables are shown. */
	readonly variables: boolean;
}

export const explainHeader = "x-featuregraph-explain";

/**
 * Reads `x-featuregraph-explain: plan` or `execute`, `; variables` behind it where their values are wanted. Null: it was not
 * asked. A RequestError for another value, and for whom it is not meant.
 */
export function explainRequestOf(
	headers: OperationContext["headers"],
	{ permissions }: Principal,
	needed: Permission | null,
): ExplainRequest | null {
	const asked = headers?.[explainHeader];
	if (asked === undefined) return null;
	if (needed === null || !permissions.has(needed)) {
		throw RequestError.of("FORBIDDEN", "Plans are not explained to you.", "Ask for the permission that explains need.");
	}
	const [mode, option, ...more] = String(asked)
		.split(";")
		.map((part) => part.trim().toLowerCase());
	const known = (mode === "plan" || mode === "execute") && more.length === 0;
	if (!known || (option !== undefined && option !== "variables")) {
		throw RequestError.of(
			"BAD_USER_INPUT",
			`${explainHeader} is \`plan\` or \`execute\`, and may end in \`; variables\`.`,
		);
	}
	return { mode, variables: option === "variables" };
}
