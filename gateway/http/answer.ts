import type { ExecutionResult } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import { WrittenResult } from "../complete/result-json.ts";
import { statusOf } from "./graphql-response.ts";

/** What a route says to a request, whatever sends it. */
export interface HttpAnswer {
	readonly status: number;
	readonly contentType: string;
	readonly content: string | Uint8Array;
	/** Headers of this answer, names and values in turn; null: none but those of all answers. */
	readonly more: readonly string[] | null;
}

/** A result, or a refusal, as the response to a request of GraphQL. */
export function answerOf(mediaType: string, result: ExecutionResult | RequestError): HttpAnswer {
	if (result instanceof WrittenResult) return jsonAnswer(mediaType, 200, result.json);
	const misplaced = result instanceof RequestError && result.code === "UNSUPPORTED";
	return jsonAnswer(mediaType, misplaced ? 405 : statusOf(result, mediaType), JSON.stringify(result));
}

export function jsonAnswer(mediaType: string, status: number, json: string): HttpAnswer {
	return { status, contentType: contentTypeOf(mediaType), content: json, more: headersOf(status) };
}

const contentTypes = new Map<string, string>();

/** One text for each media type that is offered. */
function contentTypeOf(mediaType: string): string {
	let text = contentTypes.get(mediaType);
	if (text === undefined) {
		text = `${mediaType}; charset=utf-8`;
		contentTypes.set(mediaType, text);
	}
	return text;
}

function headersOf(status: number): readonly string[] | null {
	if (status === 405) return ["allow", "POST"];
	// What is refused for want of room has room soon.
	return status === 429 || status === 503 ? ["retry-after", "1"] : null;
}
