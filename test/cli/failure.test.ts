import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { formatServerError } from "../../cli/output/failure.ts";

it("a hint names the option of the command line, not the argument of the API", () => {
	const told = (hint: string) =>
		stripVTControlCharacters(formatServerError({ code: "NAME_COLLISION", message: "Two.", hint }));
	expect(told("Ask with fullFeatureNames, or bind one.")).toBe(
		"error Two. (NAME_COLLISION)\n  Ask with --full-names, or bind one.",
	);
	expect(told("Ask with `fullFeatureNames`.")).toContain("Ask with --full-names.");
});
