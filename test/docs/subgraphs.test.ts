import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NonceMemory } from "../../core/access/nonce-memory.ts";
import { signatureSkewMillis, signingKeys, verifySignedRequest } from "../../core/access/signed-request.ts";
import { component } from "../support/component.ts";

const python = component("python3");
const page = readFileSync(new URL("../../docs/subgraphs.md", import.meta.url), "utf8");
const block = (language: string): string => {
	const found = new RegExp(`\`\`\`${language}\n(.*?)\n\`\`\``, "s").exec(page)?.[1];
	if (found === undefined) throw new Error(`The page has no ${language}`);
	return found;
};

interface Vector {
	readonly method: string;
	readonly path: string;
	readonly body: string;
	readonly headers: Record<string, string>;
}
const vector = JSON.parse(block("json")) as Vector;
const secret = "an example secret of 32 characters";
const now = 1_790_000_000_000;
const principal = { id: "token:ci", permissions: ["READ", "READ_VALUES"], projects: ["default"], credential: null };

describe("the page on subgraphs of one's own", () => {
	let folder: string;
	beforeAll(() => {
		folder = mkdtempSync(join(tmpdir(), "featuregraph-docs-"));
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	it("has a request that is signed as we sign", () => {
		const nonces = new NonceMemory({ limit: 10, windowMillis: signatureSkewMillis });
		const verified = verifySignedRequest(vector, { subgraph: "orders", keys: signingKeys([secret]), nonces, now });
		expect(verified.principal.id).toBe("token:ci");
	});

	it("checks it in JavaScript", async () => {
		const file = join(folder, "who-asks.mjs");
		writeFileSync(file, block("js"));
		const { whoAsks } = (await import(file)) as { whoAsks: (...args: unknown[]) => unknown };
		const request = { ...vector, url: vector.path };
		const seen = new Set();
		expect(whoAsks(request, "orders", secret, seen, now)).toEqual(principal);
		expect(whoAsks(request, "orders", secret, seen, now)).toBeNull();
		expect(whoAsks(request, "orders", secret, new Set(), now + 61_000)).toBeNull();
		expect(whoAsks({ ...request, body: "{}" }, "orders", secret, new Set(), now)).toBeNull();
		expect(whoAsks({ ...request, headers: {} }, "orders", secret, new Set(), now)).toBeNull();
	});

	it.skipIf(python.missing)(`checks it in Python${python.reason}`, () => {
		const file = join(folder, "who_asks.py");
		const check = `
import sys
v = json.loads(sys.stdin.read())
seen = set()
ask = lambda body, seen, now: who_asks(v["method"], v["path"], v["headers"], body.encode(), "orders", "${secret}", seen, now)
print(json.dumps([ask(v["body"], seen, ${now}), ask(v["body"], seen, ${now}), ask("{}", set(), ${now}), ask(v["body"], set(), ${now + 61_000})]))
`;
		writeFileSync(file, `${block("python")}\n${check}`);
		const { stdout, stderr } = spawnSync(python.path, [file], { input: JSON.stringify(vector), encoding: "utf8" });
		expect(stderr).toBe("");
		expect(JSON.parse(stdout)).toEqual([principal, null, null, null]);
	});
});
