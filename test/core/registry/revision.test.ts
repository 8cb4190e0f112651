import { describe, expect, it } from "vitest";
import { isLaterRevision, revisionText } from "../../../core/registry/build-snapshot.ts";

describe("a revision", () => {
	it("is later than those before it, by number", () => {
		expect(isLaterRevision(revisionText(1, 10n), revisionText(1, 9n))).toBe(true);
		expect(isLaterRevision(revisionText(1, 9n), revisionText(1, 10n))).toBe(false);
		expect(isLaterRevision(revisionText(1, 10n), revisionText(1, 10n))).toBe(false);
	});

	it("of a project that was made anew is later than what is held of the former one", () => {
		expect(isLaterRevision(revisionText(2, 1n), revisionText(1, 9n))).toBe(true);
	});
});
