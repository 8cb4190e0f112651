import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { requirePermission } from "../../../core/access/require-permission.ts";
import { anonymousPrincipal, authenticateWith } from "../../../services/access/authenticate.ts";

const sha256 = (token: string) => createHash("sha256").update(token).digest("hex");
let now = Date.parse("2026-01-01T00:00:00Z");
const clock = { now: () => BigInt(now) * 1000n };
const tokens = [
	{
		name: "ci",
		sha256: sha256("first-token"),
		permissions: ["READ", "WRITE_DEFINITIONS"] as const,
		projects: ["flights"],
	},
	{
		name: "app",
		sha256: sha256("second-token"),
		permissions: ["READ_VALUES"] as const,
		projects: null,
		scopes: ["read:email"],
		policies: ["staff"],
	},
];

describe("authentication", () => {
	it("takes everybody for anonymous while no token is configured", async () => {
		expect(await authenticateWith([], clock)({ authorization: null })).toBe(anonymousPrincipal);
	});

	it("knows a token by its hash", async () => {
		const principal = await authenticateWith(tokens, clock)({ authorization: "Bearer second-token" });
		expect(principal).toEqual({
			id: "token:app",
			permissions: new Set(["READ_VALUES"]),
			projects: null,
			credential: { scopes: new Set(["read:email"]), policies: new Set(["staff"]) },
		});
		const ci = await authenticateWith(tokens, clock)({ authorization: "bearer first-token " });
		expect(ci).toMatchObject({ id: "token:ci", credential: { scopes: new Set(), policies: new Set() } });
	});

	it("takes a token until it expires", async () => {
		const short = authenticateWith([{ ...tokens[1], expiresAt: "2026-01-01T00:00:01Z" } as never], clock);
		const authorization = "Bearer second-token";
		expect((await short({ authorization })).credential?.expiresAt).toBe(Date.parse("2026-01-01T00:00:01Z"));
		now += 1000;
		await expect(short({ authorization })).rejects.toThrow("expired");
		expect((await authenticateWith(tokens, clock)({ authorization })).id).toBe("token:app");
	});

	it.each([
		null,
		"",
		"Bearer",
		"Bearer third-token",
		"Basic Zmlyc3QtdG9rZW4=",
		`Bearer ${sha256("first-token")}`,
		"Bearer first-token second-token",
	])("refuses %s", async (authorization) => {
		await expect(authenticateWith(tokens, clock)({ authorization })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
	});

	it("refuses a configuration that holds a token instead of its hash", () => {
		const [token] = tokens;
		expect(() => authenticateWith([{ ...tokens[0], ...token, sha256: "first-token" } as never], clock)).toThrow(
			expect.objectContaining({ code: "CONFIGURATION_INVALID" }),
		);
	});

	it("lets a principal do what it may, where it may", async () => {
		const ci = await authenticateWith(tokens, clock)({ authorization: "Bearer first-token" });
		requirePermission(ci, "WRITE_DEFINITIONS", "flights");
		const forbidden = (name: string) =>
			expect.objectContaining({ code: "FORBIDDEN", details: expect.objectContaining({ name }) });
		expect(() => requirePermission(ci, "READ_VALUES", "flights")).toThrow(forbidden("READ_VALUES"));
		expect(() => requirePermission(ci, "READ", "other")).toThrow(forbidden("other"));
	});
});
