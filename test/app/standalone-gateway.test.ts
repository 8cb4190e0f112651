import { once } from "node:events";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "graphql-ws";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { loadConfiguration } from "../../app/configuration/load-configuration.ts";
import { startStandaloneGateway } from "../../app/standalone/standalone-gateway.ts";
import { compose } from "../../schema/compose.ts";
import { type Logged, recordingLogger } from "../gateway/support/gateway.ts";
import { runCommand, spawnCommand } from "../support/command-line.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/server.ts";
import { Shop, shopSdl } from "./support/shop-subgraphs.ts";

let shop: Shop;
beforeAll(async () => {
	shop = await new Shop().start();
});
afterAll(() => shop.stop());

/** The shop's supergraph, its subgraphs where they are; of other SDL where that is given. */
function supergraph(changed: Partial<typeof shopSdl> = {}): string {
	const sdl = { ...shopSdl, ...changed };
	const { supergraphSdl } = compose(Object.entries(sdl).map(([name, text]) => ({ name, sdl: text })));
	return Object.entries(shop.urls).reduce(
		(text, [name, url]) => text.replace(`inprocess://${name}`, url),
		supergraphSdl,
	);
}

/** The same supergraph as a composer of another version of the join specification writes it. */
function ofJoin(version: string, sdl: string): string {
	const later = version === "v0.5" ? "" : /\s*contextArguments: \[join__ContextArgument!\]|\s*overrideLabel: String/g;
	return sdl.replace("join/v0.5", `join/${version}`).replaceAll(later, "");
}

let folder: TemporaryFolder;
let file: string;
let ends: (() => Promise<unknown>)[];
beforeEach(async () => {
	folder = await temporaryFolder();
	file = join(folder.path, "supergraph.graphql");
	ends = [];
	await writeFile(file, supergraph());
});
afterEach(async () => {
	for (const end of ends) await end();
	await folder.remove();
});

interface Answer {
	readonly data?: Record<string, unknown> | null;
	readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

const asking =
	(url: string) =>
	async (query: string, headers: Record<string, string> = {}): Promise<Answer> => {
		const response = await fetch(`${url}/graphql`, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify({ query }),
		});
		return (await response.json()) as Answer;
	};

/** The gateway in this process. */
async function start() {
	const logs: Logged[] = [];
	const configuration = { ...loadConfiguration({}, folder.path), port: 0 };
	const { url, stop } = await startStandaloneGateway(file, configuration, recordingLogger(logs));
	ends.push(stop);
	return { url, ask: asking(url), logged: () => logs.map(({ message }) => message) };
}

/** `featuregraph gateway --supergraph FILE`, ready. */
async function startCommand(args: readonly string[] = []) {
	const child = spawnCommand(["gateway", "--supergraph", file, "--port", "0", ...args], { cwd: folder.path });
	const ended = once(child, "close");
	ends.push(() => {
		child.kill("SIGTERM");
		return ended;
	});
	let stderr = "";
	child.stderr.setEncoding("utf8").on("data", (text: string) => {
		stderr += text;
	});
	const url = await new Promise<string>((resolve, reject) => {
		let stdout = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			stdout += text;
			const address = /(http:\/\/[^"\s]+)\/graphql/.exec(stdout)?.[1];
			if (address !== undefined) resolve(address);
		});
		void ended.then(() => reject(new Error(`it ended: ${stderr}`)));
	});
	return { url, child, ended, ask: asking(url), stderr: () => stderr };
}

describe("a gateway over any supergraph", () => {
	it.each(["v0.5", "v0.4", "v0.3", "v0.2"])("answers from all subgraphs of a supergraph (join %s)", async (version) => {
		await writeFile(file, ofJoin(version, supergraph()));
		const { url, ask } = await start();
		expect((await fetch(`${url}/ready`)).status).toBe(200);
		const answer = await ask(`{
			me { name username }
			topProducts(first: 2) {
				upc name inStock shippingEstimate delivery
				reviews { body author { name username } product { name } }
			}
			items { __typename upc ... on Gift { wrapping } ... on Product { price inStock } }
			things { __typename ... on Product { weight } ... on Gift { name } }
		}`);
		expect(answer.errors).toBeUndefined();
		expect(answer.data).toEqual({
			me: { name: "Ada", username: "@ada" },
			topProducts: [
				{
					upc: "1",
					name: "Table",
					inStock: true,
					shippingEstimate: 50,
					delivery: "by inventory",
					reviews: [
						{ body: "Love it!", author: { name: "Ada", username: "@ada" }, product: { name: "Table" } },
						{ body: "Too expensive.", author: { name: "Alan", username: "@alan" }, product: { name: "Table" } },
					],
				},
				{ upc: "2", name: "Couch", inStock: false, shippingEstimate: 0, delivery: "by inventory", reviews: [] },
			],
			items: [
				{ __typename: "Product", upc: "1", price: 899, inStock: true },
				{ __typename: "Gift", upc: "g", wrapping: "paper" },
			],
			things: [
				{ __typename: "Gift", name: "Gift" },
				{ __typename: "Product", weight: 1000 },
			],
		});
	});

	it("hides what is inaccessible, and writes through mutations", async () => {
		const { ask } = await start();
		expect((await ask("{ topProducts { secret } }")).errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
		const { data } = await ask('mutation { addReview(upc: "3", body: "Fine.") { body product { name } } }');
		expect(data).toEqual({ addReview: { body: "Fine.", product: { name: "Chair" } } });
	});

	it.each([
		["server-sent events", "stock", "{ stock { upc name } }", { stock: { upc: "1", name: "Table" } }],
		["a WebSocket", "signIns", "{ signIns { id reviews { id } } }", { signIns: { id: "1", reviews: [] } }],
	])("follows subscriptions over %s, their entities completed from others", async (_, __, selection, expected) => {
		const { url } = await start();
		const client = createClient({ url: `${url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket });
		const events = client.iterate({ query: `subscription ${selection}` });
		const first = events.next();
		await expect.poll(() => shop.world.listening).toBe(1);
		shop.world.emit("1");
		expect((await first).value).toEqual({ data: expected });
		await client.dispose();
		await expect.poll(() => shop.world.listening).toBe(0);
	});

	it("serves GraphiQL, and keeps its limits", async () => {
		const { url, ask } = await start();
		const page = await fetch(`${url}/graphql`, { headers: { accept: "text/html" } });
		expect(page.headers.get("content-type")).toContain("text/html");
		const aliases = Array.from({ length: 30 }, (_, i) => `a${i}: me { id }`).join(" ");
		expect((await ask(`{ ${aliases} }`)).errors?.[0]?.extensions["code"]).toBe("QUERY_TOO_COMPLEX");
	});
});

describe("featuregraph gateway", () => {
	it("asks for the tokens of the file that is named, and logs JSON with --json", async () => {
		const sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
		const settings = join(folder.path, "settings.yaml");
		await writeFile(settings, `access:\n  tokens:\n    - { name: tests, sha256: ${sha256} }\n`);
		const { ask, stderr } = await startCommand(["--json", "--config", settings]);
		expect((await ask("{ me { id } }")).errors?.[0]?.extensions["code"]).toBe("UNAUTHENTICATED");
		expect((await ask("{ me { id } }", { authorization: "Bearer test" })).data).toEqual({ me: { id: "u1" } });
		const lines = stderr().trim().split("\n");
		expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toContain("ready");
	});

	it("shares its port among processes, with --workers, and has no reserved streams then", async () => {
		const { url, child, ended, ask, stderr } = await startCommand(["--workers", "2"]);
		expect((await fetch(`${url}/ready`)).status).toBe(200);
		expect((await ask("{ me { id } }")).data).toEqual({ me: { id: "u1" } });
		expect(new Set(stderr().match(/worker=\d/g))).toEqual(new Set(["worker=1", "worker=2"]));
		expect((await fetch(`${url}/graphql`, { method: "PUT" })).status).toBeGreaterThanOrEqual(400);
		child.kill("SIGTERM");
		await ended;
		await fetchFails(`${url}/health`);
	});

	it("ends with the command that started it, also when that is killed", async () => {
		const { url, child, ended, ask, stderr } = await startCommand();
		expect((await ask("{ me { id } }")).data).toEqual({ me: { id: "u1" } });
		expect(stderr()).toMatch(/^\d\d:\d\d:\d\d info {2}ready address=http/m);
		child.kill("SIGKILL");
		const gone = fetchFails(`${url}/health`);
		await ended;
		await gone;
	});

	it("says what keeps it from starting", async () => {
		await writeFile(file, supergraph().replace(shop.urls["accounts"] ?? "", ""));
		const failed = await runCommand(["gateway", "--supergraph", file, "--port", "0"], { cwd: folder.path });
		expect(failed.code).toBe(1);
		expect(failed.stderr).toMatch(/^error \[accounts\] has no URL of HTTP.*\(GRAPH_DOES_NOT_COMPOSE\)/);
	});
});

/** Resolves once nobody listens there. */
const fetchFails = (url: string) =>
	expect
		.poll(
			() =>
				fetch(url).then(
					() => "there",
					() => "gone",
				),
			{ timeout: 20_000 },
		)
		.toBe("gone");

describe("the file of the supergraph", () => {
	const withStars = () =>
		supergraph({ products: shopSdl.products.replace("secret: String", "stars: Int secret: String") });
	const knows = async ({ ask }: Awaited<ReturnType<typeof start>>, field: string) =>
		(await ask(`{ topProducts { ${field} } }`)).errors?.[0]?.extensions["code"] !== "GRAPHQL_VALIDATION_FAILED";

	it("is served anew when it is written in place, and when another takes its name", async () => {
		const gateway = await start();
		expect(await knows(gateway, "stars")).toBe(false);
		await writeFile(file, withStars());
		await expect.poll(() => knows(gateway, "stars"), { timeout: 20_000 }).toBe(true);
		await writeFile(`${file}.new`, supergraph());
		await rename(`${file}.new`, file);
		await expect.poll(() => knows(gateway, "stars"), { timeout: 20_000 }).toBe(false);
	});

	it("changes under subscriptions over HTTP, which miss and repeat nothing", async () => {
		const gateway = await start();
		const client = createClient({ url: `${gateway.url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket });
		const seen: string[] = [];
		const follow = async (): Promise<void> => {
			for await (const { data } of client.iterate<{ stock: { upc: string } }>({
				query: "subscription { stock { upc } }",
			})) {
				seen.push(data?.stock.upc ?? "nothing");
			}
		};
		const following = follow();
		await expect.poll(() => shop.world.listening).toBe(1);
		const sent: string[] = [];
		const emit = () => {
			sent.push(String(sent.length));
			shop.world.emit(sent.at(-1) ?? "");
		};
		const emitting = setInterval(emit, 5);
		for (const field of ["stars", "secret2", "stars", "secret2"]) {
			await writeFile(file, supergraph({ products: shopSdl.products.replace("secret:", `${field}: String secret:`) }));
			await expect.poll(() => knows(gateway, field), { timeout: 20_000 }).toBe(true);
		}
		clearInterval(emitting);
		await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(sent.length);
		expect(seen).toEqual(sent);
		await client.dispose();
		await following;
	});

	it("may be broken or gone for a while: the reason is logged, the running graph stays, the next good one is served", async () => {
		const gateway = await start();
		await writeFile(file, supergraph().slice(0, 3000));
		await expect.poll(gateway.logged, { timeout: 20_000 }).toContainEqual(expect.stringContaining("is broken"));
		expect((await gateway.ask("{ me { name } }")).data).toEqual({ me: { name: "Ada" } });
		await rename(file, `${file}.away`);
		await expect.poll(gateway.logged, { timeout: 20_000 }).toContainEqual(expect.stringContaining("cannot be read"));
		expect((await gateway.ask("{ me { name } }")).data).toEqual({ me: { name: "Ada" } });
		await writeFile(file, withStars());
		await expect.poll(() => knows(gateway, "stars"), { timeout: 20_000 }).toBe(true);
	});

	it.each([
		["is not there", null, "UNREADABLE_FILE"],
		["is an ordinary schema", "type Query { a: Int }", "GRAPH_DOES_NOT_COMPOSE"],
		["is empty", "", "GRAPH_DOES_NOT_COMPOSE"],
	])("stops the start where it %s", async (_, content, code) => {
		if (content === null) await rename(file, `${file}.away`);
		else await writeFile(file, content);
		await expect(start()).rejects.toMatchObject(
			code === "UNREADABLE_FILE" ? { code } : { errors: [{ code, name: file }] },
		);
	});
});
