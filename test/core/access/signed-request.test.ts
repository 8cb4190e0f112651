import { createHash, createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { writePrincipal } from "../../../core/access/carried-principal.ts";
import { NonceMemory } from "../../../core/access/nonce-memory.ts";
import {
	type ReceivedRequest,
	signatureOf,
	signatureSkewMillis,
	signingKeys,
	type Verification,
	verifySignedRequest,
} from "../../../core/access/signed-request.ts";
import type { Principal } from "../../../core/ports/principal.ts";

const secret = "an example secret of 32 characters";
const now = 1_790_000_000_000;
const ada: Principal = { id: "token:ada", permissions: new Set(["READ", "WRITE_VALUES"]), projects: new Set(["eu"]) };

function signed(changes: { readonly secret?: string; readonly time?: number; readonly nonce?: string } = {}) {
	const parts = {
		method: "POST",
		path: "/graphql",
		subgraph: "registry",
		body: '{"query":"{ projects { name } }"}',
		time: changes.time ?? now,
		nonce: changes.nonce ?? "0123456789abcdef.1",
		graph: "4f1d",
		principal: writePrincipal(ada),
	};
	const [key] = signingKeys([changes.secret ?? secret]);
	const request: ReceivedRequest = {
		method: parts.method,
		path: parts.path,
		body: parts.body,
		headers: {
			"featuregraph-principal": parts.principal,
			"featuregraph-graph": parts.graph,
			"featuregraph-time": String(parts.time),
			"featuregraph-nonce": parts.nonce,
			"featuregraph-signature": signatureOf(key!, parts),
		},
	};
	return request;
}

function verification(changes: Partial<Verification> = {}): Verification {
	return {
		subgraph: "registry",
		keys: signingKeys([secret]),
		nonces: new NonceMemory({ limit: 100, windowMillis: signatureSkewMillis }),
		now,
		...changes,
	};
}

const refusal = (request: ReceivedRequest, checks: Verification = verification()): string => {
	try {
		verifySignedRequest(request, checks);
	} catch (error) {
		const { code, message } = error as { code: string; message: string };
		return `${code}: ${message}`;
	}
	return "admitted";
};

const invalid = "UNAUTHENTICATED: The signature of the request is not valid.";

describe("a signed request", () => {
	it("says who asks, and by which schema", () => {
		expect(verifySignedRequest(signed(), verification())).toEqual({ principal: ada, graph: "4f1d" });
	});

	it("is signed as docs/subgraphs.md says", () => {
		const { headers, body } = signed();
		const lines = [
			"featuregraph-v1",
			"POST",
			"/graphql",
			"registry",
			createHash("sha256").update(body).digest("hex"),
			headers["featuregraph-time"],
			headers["featuregraph-nonce"],
			headers["featuregraph-graph"],
			headers["featuregraph-principal"],
		];
		const digest = createHmac("sha256", secret).update(lines.join("\n")).digest("hex");
		expect(headers["featuregraph-signature"]).toBe(`v1=${digest}`);
	});

	it("is refused once anything in it was changed", () => {
		const request = signed();
		const other = writePrincipal({ ...ada, projects: null });
		const withHeader = (name: string, value: string) => ({
			...request,
			headers: { ...request.headers, [name]: value },
		});
		expect(refusal({ ...request, body: '{"query":"{ me }"}' })).toBe(invalid);
		expect(refusal({ ...request, path: "/graphql?x" })).toBe(invalid);
		expect(refusal({ ...request, method: "GET" })).toBe(invalid);
		expect(refusal(withHeader("featuregraph-principal", other))).toBe(invalid);
		expect(refusal(withHeader("featuregraph-graph", "5a"))).toBe(invalid);
		expect(refusal(withHeader("featuregraph-time", String(now + 1)))).toBe(invalid);
		expect(refusal(withHeader("featuregraph-nonce", "0123456789abcdef.2"))).toBe(invalid);
		expect(refusal(request, verification({ subgraph: "models" }))).toBe(invalid);
		expect(refusal(request)).toBe("admitted");
	});

	it("is refused without a signature, or with one of another form", () => {
		const request = signed();
		for (const name of Object.keys(request.headers)) {
			const headers = { ...request.headers, [name]: undefined };
			expect(refusal({ ...request, headers })).toBe(`UNAUTHENTICATED: The request lacks the header \`${name}\`.`);
			expect(refusal({ ...request, headers: { ...request.headers, [name]: ["twice", "twice"] } })).toMatch(/lacks/);
		}
		const headers = { ...request.headers, "featuregraph-signature": "v2=00" };
		expect(refusal({ ...request, headers })).toMatch(/not of the form/);
	});

	it("is refused the second time", () => {
		const checks = verification();
		expect(refusal(signed(), checks)).toBe("admitted");
		expect(refusal(signed(), checks)).toBe("UNAUTHENTICATED: The request was answered before.");
		expect(refusal(signed({ nonce: "0123456789abcdef.2" }), checks)).toBe("admitted");
	});

	it("is refused when it is stale, or from a clock that is ahead", () => {
		const stale = /signed too long ago, or ahead/;
		expect(refusal(signed({ time: now - signatureSkewMillis }))).toBe("admitted");
		expect(refusal(signed({ time: now + signatureSkewMillis }))).toBe("admitted");
		expect(refusal(signed({ time: now - signatureSkewMillis - 1 }))).toMatch(stale);
		expect(refusal(signed({ time: now + signatureSkewMillis + 1 }))).toMatch(stale);
	});

	it("does not use up a nonce that somebody else made up", () => {
		const checks = verification();
		expect(refusal({ ...signed(), body: "forged" }, checks)).toBe(invalid);
		expect(checks.nonces.size).toBe(0);
	});

	it("may be signed with any of several secrets, so that one is replaced without a stop", () => {
		const next = "the secret that follows: 32 characters";
		const both = verification({ keys: signingKeys([next, secret]) });
		expect(refusal(signed(), both)).toBe("admitted");
		expect(refusal(signed({ secret: next, nonce: "0123456789abcdef.2" }), both)).toBe("admitted");
		expect(refusal(signed({ secret: next }))).toBe(invalid);
		expect(refusal(signed(), verification({ keys: [] }))).toBe(invalid);
	});

	it("needs a secret that cannot be guessed", () => {
		expect(() => signingKeys(["short"])).toThrow(/less than 32 characters/);
	});

	it("carries no permission that this version does not know, and no principal that is none", () => {
		const carry = (value: unknown) => {
			const principal = Buffer.from(JSON.stringify(value)).toString("base64url");
			const request = signed();
			const parts = { ...request, subgraph: "registry", time: now, nonce: "0123456789abcdef.9", graph: "", principal };
			const headers = {
				"featuregraph-principal": principal,
				"featuregraph-graph": "",
				"featuregraph-time": String(now),
				"featuregraph-nonce": parts.nonce,
				"featuregraph-signature": signatureOf(signingKeys([secret])[0]!, parts),
			};
			return () => verifySignedRequest({ ...request, headers }, verification()).principal;
		};
		expect(carry({ id: "a", permissions: ["READ", "FLY"], projects: null })()).toEqual({
			id: "a",
			permissions: new Set(["READ"]),
			projects: null,
		});
		expect(carry({ id: "a", permissions: "READ", projects: null })).toThrow(/cannot be read/);
		expect(carry({ id: "a", permissions: [] })).toThrow(/cannot be read/);
		expect(carry(null)).toThrow(/cannot be read/);
	});
});
