import { GraphQLError, type GraphQLErrorExtensions } from "graphql";
import type { Data } from "../execute/data.ts";
import type { Keys } from "../execute/field-failure.ts";

interface Told {
	readonly message: string;
	readonly path: Keys | undefined;
	/** What is missing because of it, where that is not on its path. */
	readonly missing: Keys | null;
	readonly extensions: GraphQLErrorExtensions;
}

/** The errors of one response, each once, within a number. */
export class ResponseErrors {
	readonly #limit: number;
	readonly #told = new Map<string, Told>();

	constructor(limit: number) {
		this.#limit = limit;
	}

	/** No more are taken. */
	get full(): boolean {
		return this.#told.size >= this.#limit;
	}

	/** `missing`: the path of the value that is missing because of it. */
	add(message: string, path: Keys | undefined, extensions: GraphQLErrorExtensions, missing = path): void {
		if (this.full) return;
		const elsewhere = path === undefined || missing === undefined || beginsWith(path, missing) ? null : missing;
		const key = keyOf(path, message) + (elsewhere === null ? "" : JSON.stringify(elsewhere));
		if (!this.#told.has(key)) this.#told.set(key, { message, path, missing: elsewhere, extensions });
	}

	/**
	 * With the data of the response: an error is at the path of a null, or below one. Where another subgraph has brought
	 * the field that failed, its error is told of what has not come for it.
	 */
	within(data: Data | null): readonly GraphQLError[] {
		const errors = new Map<string, GraphQLError>();
		for (const [added, { message, path: failed, missing, extensions }] of this.#told) {
			const path = missing === null || leadsToNull(data, failed ?? []) ? failed : missing;
			const key = missing === null ? added : keyOf(path, message);
			if (!errors.has(key)) errors.set(key, new GraphQLError(message, { path, extensions }));
		}
		return [...errors.values()];
	}
}

const keyOf = (path: Keys | undefined, message: string): string => JSON.stringify([path, message]);

const beginsWith = (path: Keys, start: Keys): boolean => start.every((key, depth) => path[depth] === key);

function leadsToNull(data: Data | null, path: Keys): boolean {
	let value: unknown = data;
	for (const key of path) {
		if (value === null || value === undefined) break;
		value = (value as Readonly<Record<string | number, unknown>>)[key];
	}
	return value === null || value === undefined;
}
