import type { OperationTypeNode } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import type { ClientRequest, Door } from "../door.ts";
import type { Caller } from "../operation.ts";
import { answerOf, type HttpAnswer } from "./answer.ts";
import { cacheControlOf } from "./cache-control.ts";

export interface Answering {
	readonly mediaType: string;
	readonly kinds: readonly OperationTypeNode[];
	/** What an answer that may be kept depends on; null: none may be. */
	readonly vary: string | null;
}

/** Runs what a client asks, and says what it came to, or why it was not executed. */
export async function answerOperation(
	door: Door,
	params: ClientRequest,
	caller: Caller,
	{ mediaType, kinds, vary }: Answering,
): Promise<HttpAnswer> {
	try {
		const operation = await door.prepare(params, caller, kinds);
		const result = await door.execute(operation);
		const answer = answerOf(mediaType, result);
		// An explanation is for who asked for it, and may stand in the place of the data.
		if (vary === null || result.errors !== undefined || result.extensions !== undefined) return answer;
		const caching = cacheControlOf(operation, params.operationName);
		return caching === null ? answer : { ...answer, more: ["cache-control", caching, "vary", vary] };
	} catch (error) {
		if (error instanceof RequestError) return answerOf(mediaType, error);
		throw error;
	}
}
