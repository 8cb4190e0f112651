import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signatureHeaders, signatureOf, signingKeys } from "../../core/access/signed-request.ts";
import { signatureCheck } from "../../examples/flights/airports-subgraph/who-asks.ts";
import { testDatabase } from "../support/database.ts";
import { applyDefinitions, ask, data, push } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const root = new URL("../../", import.meta.url);
const program = fileURLToPath(new URL("examples/flights/airports-subgraph/main.ts", root));
const secret = "a secret of the airports: 32 characters";

/** The demo's view by its names, over rows that are pushed. */
const definitions = `
entities: { airport: { joinKeys: { airport: string } } }
sources:
  landings:
    push: {}
    eventTime: landed_at
    columns: { airport: string, landed_at: timestamp, delay_mean_1h: float64 }
views:
  airport_delays:
    entities: [airport]
    source: landings
    features: { delay_mean_1h: float64 }
`;

interface Airports {
	readonly url: string;
	kill(): Promise<void>;
}

async function startAirports(): Promise<Airports> {
	const child: ChildProcess = spawn(process.execPath, [program, "--port", "0"], {
		env: { PATH: process.env["PATH"], HOME: process.env["HOME"], AIRPORTS_SECRET: secret },
		stdio: ["ignore", "pipe", "pipe"],
	});
	const ended = once(child, "close");
	const url = await new Promise<string>((resolve, reject) => {
		let output = "";
		const look = (text: string) => {
			output += text;
			const address = /http:\S+\/graphql/.exec(output)?.[0];
			if (address !== undefined) resolve(address);
		};
		child.stdout?.setEncoding("utf8").on("data", look);
		child.stderr?.setEncoding("utf8").on("data", (text: string) => (output += text));
		void ended.then(() => reject(new Error(`the airports ended: ${output}`)));
	});
	return {
		url,
		async kill() {
			child.kill("SIGKILL");
			await ended;
		},
	};
}

const ofReadme = /```graphql airports\n(.*?)```/s.exec(await readFile(new URL("README.md", root), "utf8"))?.[1] ?? "";
const features = "features { airportDelays { delayMean1h } }";

/** The tests follow one server through its life, in order. */
describe("the example of a subgraph of one's own", () => {
	const database = testDatabase();
	let folder: TemporaryFolder;
	let airports: Airports;
	let server: TestServer;

	beforeAll(async () => {
		airports = await startAirports();
		folder = await temporaryFolder();
		const example = await readFile(new URL("examples/flights/featuregraph.yaml", root), "utf8");
		const configuration = example
			.replace("http://127.0.0.1:4010/graphql", airports.url)
			.replace("# secret: …", `secret: "${secret}" #`);
		await writeFile(join(folder.path, "featuregraph.yaml"), configuration);
		server = await startServer({ folder: folder.path, env: { DATABASE_URL: database.url } });
	});
	afterAll(async () => {
		await (server as TestServer | undefined)?.stop("SIGTERM");
		await (airports as Airports | undefined)?.kill();
		await (folder as TemporaryFolder | undefined)?.remove();
	});

	it("joins once the registry has the entity that it extends and the feature that it requires", async () => {
		await expect.poll(() => server.stderr()).toContain("`airports` does not compose");
		await applyDefinitions(server, definitions);
		await expect.poll(async () => (await ask(server, "{ airports(first: 1) { airport } }")).errors).toBeUndefined();
		await push(server, "landings", [
			{ airport: "ORD", landed_at: "2024-05-01T08:00:00Z", delay_mean_1h: 22.6 },
			{ airport: "JFK", landed_at: "2024-05-01T08:00:00Z", delay_mean_1h: -3 },
			{ airport: "JFK", landed_at: "2024-05-01T09:00:00Z", delay_mean_1h: 4.5 },
			{ airport: "XYZ", landed_at: "2024-05-01T08:00:00Z", delay_mean_1h: 31 },
		]);
	});

	it("answers the README's query with our features, whichever side an airport comes from", async () => {
		expect(await data(server, ofReadme)).toEqual({
			entities: {
				airport: {
					name: "Chicago O'Hare International",
					city: "Chicago",
					latitude: 41.979595,
					longitude: -87.90446417,
					delayAdvice: "Chicago: arrivals are 23 minutes late. Leave time to connect.",
					features: { airportDelays: { delayMean1h: 22.6 } },
				},
			},
			airports: [
				{ airport: "CGX", name: "Chicago Meigs", features: { airportDelays: { delayMean1h: null } } },
				{ airport: "MDW", name: "Chicago Midway", features: { airportDelays: { delayMean1h: null } } },
				{ airport: "ORD", name: "Chicago O'Hare International", features: { airportDelays: { delayMean1h: 22.6 } } },
			],
		});
	});

	it("gets what it requires whether or not the client asks for it, and not what the client asks of the past", async () => {
		const advice = "New York: arrivals are on time.";
		expect(await data(server, '{ entities { airport(airport: "JFK") { delayAdvice } } }')).toEqual({
			entities: { airport: { delayAdvice: advice } },
		});
		expect(await data(server, '{ airports(city: "New York", state: "NY") { airport delayAdvice } }')).toEqual({
			airports: expect.arrayContaining([{ airport: "JFK", delayAdvice: advice }]),
		});
		const past = `{ entities { airport(airport: "ORD") {
			features(asOf: "2024-05-01T07:00:00Z") { airportDelays { delayMean1h } }
			delayAdvice
			now: ${features}
			features_: name
		} } }`;
		expect(await data(server, past)).toEqual({
			entities: {
				airport: {
					features: { airportDelays: { delayMean1h: null } },
					delayAdvice: "Chicago: arrivals are 23 minutes late. Leave time to connect.",
					now: { airportDelays: { delayMean1h: 22.6 } },
					features_: "Chicago O'Hare International",
				},
			},
		});
	});

	it("asked of airports that only one side knows, answers by that side", async () => {
		const read = `{ entities { airportList(keys: [{ airport: "XYZ" }, { airport: "35A" }, { airport: "ORD" }]) {
			airport name delayAdvice ${features}
		} } }`;
		expect(await data(server, read)).toEqual({
			entities: {
				airportList: [
					{
						airport: "XYZ",
						name: null,
						delayAdvice: "XYZ: arrivals are 31 minutes late. Leave time to connect.",
						features: { airportDelays: { delayMean1h: 31 } },
					},
					{
						airport: "35A",
						name: "Union County, Troy Shelton",
						delayAdvice: null,
						features: { airportDelays: { delayMean1h: null } },
					},
					{
						airport: "ORD",
						name: "Chicago O'Hare International",
						delayAdvice: "Chicago: arrivals are 23 minutes late. Leave time to connect.",
						features: { airportDelays: { delayMean1h: 22.6 } },
					},
				],
			},
		});
	});

	it("holds a change of our definitions that takes what it requires", async () => {
		const { message } = await applyDefinitions(server, definitions.replaceAll("delay_mean_1h", "delay_mean_2h")).then(
			() => new Error("it was applied"),
			(error: unknown) => error as Error,
		);
		expect(message).toContain("airports");
		expect(message).toContain("delayMean1h");
		expect(await data(server, `{ entities { airport(airport: "ORD") { ${features} delayAdvice } } }`)).toMatchObject({
			entities: { airport: { features: { airportDelays: { delayMean1h: 22.6 } } } },
		});
	});

	it("answers nobody but the gateway", async () => {
		const answer = await fetch(airports.url, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ query: "{ airports(first: 1) { airport } }" }),
		});
		expect(answer.status).toBe(401);
	});

	it("killed, takes its own fields with it and no more", async () => {
		await airports.kill();
		const { data: partial, errors } = await ask(
			server,
			`{ entities { airport(airport: "ORD") { name delayAdvice ${features} } } airports { airport } }`,
		);
		expect(partial).toEqual({
			entities: { airport: { name: null, delayAdvice: null, features: { airportDelays: { delayMean1h: 22.6 } } } },
			airports: null,
		});
		expect(errors).not.toHaveLength(0);
		for (const { extensions } of errors ?? []) {
			expect(extensions).toMatchObject({ code: "SUBGRAPH_UNAVAILABLE", name: "airports" });
		}
	});
});

it("takes a request once, whole, signed for it and now", () => {
	const [key] = signingKeys([secret]);
	const body = Buffer.from("{}");
	const principal = Buffer.from(JSON.stringify({ id: "token:ci" })).toString("base64url");
	const signed = (subgraph: string, nonce: string, time = Date.now()) => {
		const parts = { method: "POST", path: "/graphql", subgraph, body, time, nonce, graph: "00", principal };
		const headers = {
			[signatureHeaders.principal]: principal,
			[signatureHeaders.graph]: "00",
			[signatureHeaders.time]: String(time),
			[signatureHeaders.nonce]: nonce,
			[signatureHeaders.signature]: signatureOf(key!, parts),
		};
		return { method: "POST", url: "/graphql", headers, body };
	};
	const check = signatureCheck("airports", secret);
	const request = signed("airports", "a");
	expect(check({ ...request, body: Buffer.from("[]") })).toBeNull();
	expect(check({ ...request, headers: {} })).toBeNull();
	expect(check(request)).toEqual({ id: "token:ci" });
	expect(check(request)).toBeNull();
	expect(check(signed("airports", "b"))).toEqual({ id: "token:ci" });
	expect(check(signed("orders", "c"))).toBeNull();
	expect(check(signed("airports", "d", Date.now() - 61_000))).toBeNull();
});
