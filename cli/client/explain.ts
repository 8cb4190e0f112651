import type { Connection } from "./connection.ts";
import { answerTo } from "./graphql.ts";
import { RequestFailed } from "./request-failed.ts";

/** How the gateway answers an operation. */
export interface Explanation {
	readonly mode: "plan" | "execute";
	readonly millis?: number;
	readonly plan: ExplainedNode | null;
	readonly variables?: Readonly<Record<string, unknown>>;
}

export type ExplainedNode =
	| { readonly node: "sequence" | "parallel"; readonly steps: readonly ExplainedNode[] }
	| ExplainedFetch;

export interface ExplainedFetch {
	readonly node: "fetch";
	readonly service: string;
	readonly kind: string;
	readonly path?: string;
	readonly operation: string;
	readonly fetched?: {
		readonly times: number;
		readonly startMillis: number;
		readonly millis: number;
		readonly representations: number;
		readonly bytes: number;
		readonly errors: number;
		readonly unanswered: number;
	};
}

interface ExplainedOperation {
	readonly query: string;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly operationName: string | null;
	/** Of `x-featuregraph-explain`. */
	readonly header: string;
}

/** Asks for the plan of an operation. Throws RequestFailed where there is none; errors of its fields are part of it. */
export async function explain(
	connection: Connection,
	{ query, variables, operationName, header }: ExplainedOperation,
): Promise<Explanation> {
	const answer = await answerTo<unknown>(
		connection,
		{ query, variables, operationName },
		{ "x-featuregraph-explain": header },
	);
	const { explain: explanation } = answer.extensions as { explain?: Explanation };
	if (explanation !== undefined) return explanation;
	if (answer.errors.length > 0) throw new RequestFailed(answer.errors);
	throw new RequestFailed([
		{ code: "NO_DATA", message: "The gateway does not explain plans.", hint: "Is it an older one?" },
	]);
}
