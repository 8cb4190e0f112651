import { expect, it } from "vitest";
import { breakingChanges } from "../../schema/breaking-changes.ts";
import { compose } from "../../schema/compose.ts";

const supergraph = (type: string) =>
	compose([
		{
			name: "things",
			sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@inaccessible"])
				type Query { thing: Thing } ${type}`,
		},
	]).supergraphSdl;

it("tells what clients can no longer ask, and nothing of what is new or was never theirs", () => {
	const before = supergraph("type Thing { id: ID! name: String hidden: Int @inaccessible }");
	expect(breakingChanges(before, supergraph("type Thing { id: ID! name: String later: Int }"))).toEqual([]);
	expect(breakingChanges(before, supergraph("type Thing { id: ID! }"))).toEqual(["Thing.name was removed."]);
});
