/** Lists as the graph gives them: edges with opaque cursors. */
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import type { Page, Paged } from "../ports/paging.ts";

export interface Edge<T> {
	readonly cursor: string;
	readonly node: T;
}

export interface PageInfo {
	readonly hasNextPage: boolean;
	readonly hasPreviousPage: boolean;
	readonly startCursor: string | null;
	readonly endCursor: string | null;
}

export interface Connection<T, E extends Edge<T> = Edge<T>> {
	readonly edges: readonly E[];
	readonly pageInfo: PageInfo;
}

/** The arguments of a connection field. */
export interface ConnectionArguments {
	readonly first: number;
	readonly after?: string | null | undefined;
}

/** The most rows that one page has. */
export const mostPerPage = 1000;

const prefix = "after:";

export const encodeCursor = (key: string): string => Buffer.from(prefix + key, "utf8").toString("base64url");

/** The key that a cursor stands for. Throws BAD_USER_INPUT. */
export function decodeCursor(cursor: string): string {
	const text = Buffer.from(cursor, "base64url").toString("utf8");
	const key = text.slice(prefix.length);
	if (!text.startsWith(prefix) || encodeCursor(key) !== cursor) {
		throw new FeaturegraphError("BAD_USER_INPUT", "`after` is not a cursor of this list.", {
			path: ["after"],
			hint: "Pass the `endCursor` of the page before, as it came.",
		});
	}
	return key;
}

/** What a store is asked for. Throws BAD_USER_INPUT or LIMIT_EXCEEDED. */
export function pageOf({ first, after }: ConnectionArguments, most = mostPerPage): Page {
	if (!Number.isInteger(first) || first < 0) {
		throw new FeaturegraphError("BAD_USER_INPUT", "`first` must be 0 or more.", { path: ["first"] });
	}
	if (first > most) {
		throw new FeaturegraphError("LIMIT_EXCEEDED", `A page has at most ${most} entries, not ${first}.`, {
			path: ["first"],
			hint: `Ask for ${most} or fewer, and go on with \`after\`.`,
		});
	}
	return { first, after: after === undefined || after === null ? null : decodeCursor(after) };
}

/** A page that a store gave, as a connection. `keyOf` is the key of a row that the next page starts behind. */
export function connectionOf<T>(paged: Paged<T>, page: Page, keyOf: (row: T) => string): Connection<T> {
	const edges = paged.rows.map((node) => ({ cursor: encodeCursor(keyOf(node)), node }));
	return {
		edges,
		pageInfo: {
			hasNextPage: paged.hasNextPage,
			hasPreviousPage: page.after !== null,
			startCursor: edges[0]?.cursor ?? null,
			endCursor: edges.at(-1)?.cursor ?? null,
		},
	};
}

/** A page of a list that is in memory, whole and in order. A row that is gone begins it anew at the end: nothing follows. */
export function pageOfList<T>(rows: readonly T[], page: Page, keyOf: (row: T) => string): Connection<T> {
	const at = page.after === null ? -1 : rows.findIndex((row) => keyOf(row) === page.after);
	const start = page.after !== null && at === -1 ? rows.length : at + 1;
	const end = start + page.first;
	return connectionOf({ rows: rows.slice(start, end), hasNextPage: end < rows.length }, page, keyOf);
}
