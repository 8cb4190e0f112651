import { GraphQLError, type GraphQLErrorExtensions } from "graphql";
import type { Keys } from "../execute/field-failure.ts";

/** The errors of one response, each once, within a number. */
export class ResponseErrors {
	readonly #limit: number;
	readonly #list: GraphQLError[] = [];
	readonly #known = new Set<string>();

	constructor(limit: number) {
		this.#limit = limit;
	}

	get list(): readonly GraphQLError[] {
		return this.#list;
	}

	/** No more are taken. */
	get full(): boolean {
		return this.#list.length >= this.#limit;
	}

	add(message: string, path: Keys | undefined, extensions: GraphQLErrorExtensions): void {
		if (this.full) return;
		const key = JSON.stringify([path, message]);
		if (this.#known.has(key)) return;
		this.#known.add(key);
		this.#list.push(new GraphQLError(message, { path, extensions }));
	}
}
