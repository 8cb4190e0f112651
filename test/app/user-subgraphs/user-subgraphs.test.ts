import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../support/free-port.ts";
import { applyDefinitions, data, push } from "../../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../../support/server.ts";
import { type AirportsSubgraph, airportsSdl, startAirports } from "./airports-subgraph.ts";

const definitions = `
entities: { airport: { joinKeys: { airport: string } } }
sources:
  landings:
    push: {}
    eventTime: landed_at
    columns: { airport: string, landed_at: timestamp, delay: float64 }
views:
  last_landing:
    entities: [airport]
    source: landings
    features: { delay: float64 }
`;
const secret = "a secret of the airports: 32 characters";

/** The tests follow one home through its life, in order. */
describe("a subgraph of a user's own", { timeout: 120_000 }, () => {
	let folder: TemporaryFolder;
	let airports: AirportsSubgraph | undefined;
	let server: TestServer | undefined;
	let port: number;

	const configure = (subgraph: object) =>
		writeFile(join(folder.path, "featuregraph.yaml"), JSON.stringify({ subgraphs: [subgraph] }));
	const start = async (): Promise<TestServer> => {
		server = await startServer({ folder: folder.path });
		return server;
	};
	const fields = async (url: string): Promise<string[]> => {
		const { __type } = await data<{ __type: { fields: { name: string }[] } | null }>(
			{ url },
			'{ __type(name: "Airport") { fields { name } } }',
		);
		return (__type?.fields ?? []).map(({ name }) => name).sort();
	};

	beforeAll(async () => {
		folder = await temporaryFolder();
		port = await freePort();
	});
	afterEach(async () => {
		await server?.stop("SIGTERM");
		await airports?.close();
		server = undefined;
		airports = undefined;
	});
	afterAll(() => folder.remove());

	it("that is down does not keep ours from serving, and joins them when it answers", async () => {
		const url = `http://127.0.0.1:${port}/graphql`;
		await configure({ name: "airports", url, introspect: true, secret });
		const running = await start();
		expect((await fetch(`${running.url}/ready`)).status).toBe(200);
		await applyDefinitions(running, definitions);
		expect(await fields(running.url)).toEqual(["airport", "features"]);
		airports = await startAirports(secret, port);
		await expect.poll(() => fields(running.url), { timeout: 40_000, interval: 200 }).toContain("city");

		// It extends our entities, and ours extend what it lists, in one query.
		await push(running, "landings", [{ airport: "JFK", landed_at: "2024-05-01T08:00:00Z", delay: 7.5 }]);
		const read = `{
			whoAsks
			entities { airport(airport: "JFK") { city wind features { lastLanding { delay } } } }
			hubs { airport features { lastLanding { delay } } }
		}`;
		expect(await data(running, read, {})).toEqual({
			whoAsks: "anonymous",
			entities: { airport: { city: "New York", wind: 3, features: { lastLanding: { delay: 7.5 } } } },
			hubs: [
				{ airport: "JFK", features: { lastLanding: { delay: 7.5 } } },
				{ airport: "SFO", features: { lastLanding: { delay: null } } },
			],
		});
	});

	it("that is down at a start is known from the start before; what it owns is null, with an error that names it", async () => {
		const running = await start();
		expect(await fields(running.url)).toEqual(["airport", "city", "features", "wind"]);
		const answer = await fetch(`${running.url}/graphql`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({
				query: '{ entities { airport(airport: "JFK") { city features { lastLanding { delay } } } } }',
			}),
		});
		const { data: partial, errors } = (await answer.json()) as Record<string, unknown>;
		expect(partial).toEqual({ entities: { airport: { city: null, features: { lastLanding: { delay: 7.5 } } } } });
		expect(errors).toMatchObject([{ extensions: { code: "SUBGRAPH_UNAVAILABLE", name: "airports" } }]);
		expect((await fetch(`${running.url}/ready`)).status).toBe(200);
	});

	it("from a file follows the file; one that does not compose changes nothing, and the log names both sides", async () => {
		airports = await startAirports(null, port);
		const file = join(folder.path, "airports.graphql");
		await writeFile(file, airportsSdl);
		await configure({ name: "airports", url: airports.url, schema: "airports.graphql" });
		const running = await start();
		expect(await fields(running.url)).toContain("city");

		await writeFile(file, `${airportsSdl} type FeatureView @key(fields: "id") { id: ID! ttlSeconds: String }`);
		await expect.poll(() => running.stderr(), { timeout: 20_000 }).toContain("does not compose");
		expect(running.stderr()).toContain('in subgraph \\"airports\\"');
		expect(running.stderr()).toContain('in subgraph \\"registry\\"');
		expect(await fields(running.url)).toContain("city");
		expect((await fetch(`${running.url}/ready`)).status).toBe(200);
		// Ours go on changing beside the one that was accepted.
		await applyDefinitions(
			running,
			`${definitions}  other_landing: { entities: [airport], source: landings, features: { delay: float64 } }`,
		);
		expect(await fields(running.url)).toContain("city");

		await writeFile(file, airportsSdl.replace("city: String", "city: String country: String"));
		await expect.poll(() => fields(running.url), { timeout: 20_000 }).toContain("country");
	});
});
