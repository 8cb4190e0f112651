import { describe, expect, it } from "vitest";
import { readPrincipal, writePrincipal } from "../../../core/access/carried-principal.ts";
import type { Principal } from "../../../core/ports/principal.ts";

const principal: Principal = { id: "token:ci", permissions: new Set(["READ"]), projects: new Set(["flights"]) };
const written = (value: unknown) => Buffer.from(JSON.stringify(value), "utf8").toString("base64url");

describe("a principal that is carried to a subgraph", () => {
	it("arrives as it left, with its credential or without one", () => {
		expect(readPrincipal(writePrincipal(principal))).toEqual(principal);
		const bearer = { ...principal, credential: { scopes: new Set(["read:email"]), policies: new Set<string>() } };
		expect(readPrincipal(writePrincipal(bearer))).toEqual(bearer);
		expect(readPrincipal(writePrincipal({ ...principal, projects: null }))).toEqual({ ...principal, projects: null });
	});

	it("of a gateway that knows of no credentials has none", () => {
		expect(readPrincipal(written({ id: "a", permissions: [], projects: null }))).toEqual({
			id: "a",
			permissions: new Set(),
			projects: null,
		});
	});

	it.each([
		{ id: "a", permissions: [], projects: null, credential: "x" },
		{ id: "a", permissions: [], projects: null, credential: {} },
		{ id: "a", permissions: [], projects: null, credential: { scopes: [1], policies: [] } },
		{ id: "", permissions: [], projects: null },
		{ id: "a", permissions: [], projects: "flights" },
	])("that is none is refused: %j", (value) => {
		expect(() => readPrincipal(written(value))).toThrow(expect.objectContaining({ code: "UNAUTHENTICATED" }));
	});
});
