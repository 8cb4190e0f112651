import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Connection, decodeCursor, encodeCursor, pageOf, pageOfList } from "../../../core/paging/connection.ts";

describe("paging", () => {
	it("gives every row once, in order, whatever the size of a page", () => {
		fc.assert(
			fc.property(fc.uniqueArray(fc.string(), { maxLength: 30 }), fc.integer({ min: 1, max: 40 }), (rows, first) => {
				const seen: string[] = [];
				let after: string | null = null;
				for (;;) {
					const { edges, pageInfo }: Connection<string> = pageOfList(rows, pageOf({ first, after }), (row) => row);
					expect(pageInfo.hasPreviousPage).toBe(seen.length > 0);
					seen.push(...edges.map(({ node }) => node));
					if (!pageInfo.hasNextPage) break;
					after = pageInfo.endCursor;
				}
				expect(seen).toEqual(rows);
			}),
		);
	});

	it("refuses what is no cursor, and pages that are too large", () => {
		expect(decodeCursor(encodeCursor("a:ü"))).toBe("a:ü");
		for (const after of ["", "x", "YQ==", encodeCursor("a").slice(1)]) {
			expect(() => pageOf({ first: 1, after })).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
		}
		expect(() => pageOf({ first: 1001 })).toThrow(expect.objectContaining({ code: "LIMIT_EXCEEDED" }));
		expect(() => pageOf({ first: -1 })).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT" }));
	});
});
