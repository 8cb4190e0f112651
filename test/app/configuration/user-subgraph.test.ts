import { resolve } from "node:path";
import { expect, test } from "vitest";
import { describeConfiguration } from "../../../app/configuration/describe-configuration.ts";
import { loadConfiguration } from "../../../app/configuration/load-configuration.ts";
import { FeaturegraphErrors } from "../../../core/errors/featuregraph-error.ts";

const folder = "/nowhere";
const secret = "a secret of the orders: 32 characters";
const orders = { name: "orders", url: "https://orders.internal/graphql", introspect: true };
const load = (subgraphs: unknown, env: Record<string, string> = {}) =>
	loadConfiguration({ FEATUREGRAPH_SUBGRAPHS: JSON.stringify(subgraphs), ...env }, folder);

function problem(subgraphs: unknown, env: Record<string, string> = {}): string {
	try {
		load(subgraphs, env);
	} catch (error) {
		if (error instanceof FeaturegraphErrors) return error.errors.map(({ message }) => message).join("\n");
		throw error;
	}
	return "none";
}

test("a subgraph of a user has its defaults", () => {
	expect(load([orders]).subgraphs).toEqual([
		{
			name: "orders",
			url: "https://orders.internal/graphql",
			schema: null,
			headers: [],
			sendHeaders: {},
			subscriptions: "sse",
			subscriptionsUrl: null,
			secret: null,
			timeoutMillis: 10_000,
		},
	]);
	const { introspect: _, ...rest } = orders;
	const [fromFile] = load([{ ...rest, schema: "orders.graphql", headers: ["X-Tenant", "Cookie"] }]).subgraphs;
	expect(fromFile).toMatchObject({ schema: resolve(folder, "orders.graphql"), headers: ["x-tenant", "cookie"] });
});

test.for([
	["a name of ours", [{ ...orders, name: "serving" }], "at `0.name`: must not be one of ours: registry"],
	["a name that is none", [{ ...orders, name: "Orders!" }], "at `0.name`: must be like `orders`"],
	["two of one name", [orders, orders], "has two subgraphs of one name"],
	["a URL of another protocol", [{ ...orders, url: "file:///etc/passwd" }], "at `0.url`: must be an http or https URL"],
	["a password in the URL", [{ ...orders, url: "http://a:b@host/" }], "without a password"],
	["no schema", [{ ...orders, introspect: undefined }], "needs either `schema: FILE` or `introspect: true`"],
	["both kinds of schema", [{ ...orders, schema: "a.graphql" }], "needs either"],
	["a header of the connection", [{ ...orders, headers: ["content-length"] }], "at `0.headers.0`: is no header"],
	["a header of ours", [{ ...orders, headers: ["featuregraph-principal"] }], "is no header that can be configured"],
	["a header of two lines", [{ ...orders, headers: ["a\r\nb"] }], "is no header that can be configured"],
	[
		"a value of two lines",
		[{ ...orders, sendHeaders: { "x-key": "a\nb" } }],
		"at `0.sendHeaders.x-key`: must be one line",
	],
	["a short secret", [{ ...orders, secret: "short" }], "at `0.secret`: must have at least 32 characters"],
	["a setting that there is not", [{ ...orders, retries: 3 }], "retries"],
] as const)("%s is refused, with the place", ([, subgraphs, message]) => {
	expect(problem(subgraphs)).toContain(message);
});

test("a secret signs for one subgraph alone: whoever knows it can ask in anybody's name", () => {
	const other = { ...orders, name: "other", secret };
	expect(problem([{ ...orders, secret }, other])).toContain("gives `other` a secret that signs for somebody else");
	expect(problem([{ ...orders, secret }], { FEATUREGRAPH_SUBGRAPH_SECRET: secret })).toContain(
		"gives `orders` a secret",
	);
	expect(problem([{ ...orders, secret }])).toBe("none");
});

test("neither secrets nor headers are shown", () => {
	const configuration = load([{ ...orders, secret, sendHeaders: { authorization: "Bearer hidden" } }]);
	const shown = JSON.stringify(describeConfiguration(configuration));
	expect(shown).not.toContain(secret);
	expect(shown).not.toContain("hidden");
});
