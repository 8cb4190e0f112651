import { randomUUID } from "node:crypto";
import type { FormattedExecutionResult } from "graphql";
import { resultJson } from "../complete/result-json.ts";

/** Stands for a result in a message until it is spliced in. No client can make a message that ends with it. */
const placeholder = `result ${randomUUID()}`;
const tail = `"payload":"${placeholder}"}`;

let latest: object | null = null;

/**
 * A result that becomes JSON once, however many messages carry it: the protocol writes each message with the id of its
 * subscription, and `spliceResult`, called with that message at once, puts the result where the placeholder is.
 */
export class WrittenResult implements FormattedExecutionResult {
	/** It is no result that anybody looks into. */
	declare readonly data?: null;
	readonly #result: object;

	constructor(result: object) {
		this.#result = result;
	}

	toJSON(): string {
		latest = this.#result;
		return placeholder;
	}
}

/** The message as it is sent. */
export function spliceResult(message: string): string {
	if (latest === null || !message.endsWith(tail)) return message;
	const json = resultJson(latest);
	latest = null;
	return `${message.slice(0, -placeholder.length - 3)}${json}}`;
}
