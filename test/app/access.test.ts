import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../support/database.ts";
import { allEvents, applyDefinitions, ask, authorization, data, socket } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const definitions = (project: string) => `
project: ${project}
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  trips: { push: {}, eventTime: at, columns: { driver_id: int64, at: timestamp, fare: float64 } }
views:
  last_trip: { entities: [driver], source: trips, features: { fare: float64 } }
`;

const tokenOf = (name: string, token: string, granted: object) => ({
	name,
	sha256: createHash("sha256").update(token).digest("hex"),
	...granted,
});

const accessTokens = [
	tokenOf("owner", "owner-token", {}),
	tokenOf("analyst", "analyst-token", { permissions: ["READ", "READ_VALUES"], projects: ["rides"] }),
];

const database = testDatabase();
let folder: TemporaryFolder | undefined;
let server: TestServer;
let owner: { url: string; token: string };
let analyst: { url: string; token: string };

beforeAll(async () => {
	folder = await temporaryFolder();
	server = await startServer({
		folder: folder.path,
		env: { DATABASE_URL: database.url, FEATUREGRAPH_ACCESS_TOKENS: JSON.stringify(accessTokens) },
	});
	owner = { url: server.url, token: "owner-token" };
	analyst = { url: server.url, token: "analyst-token" };
	await applyDefinitions(owner, definitions("rides"));
	await applyDefinitions(owner, definitions("payroll"));
});
afterAll(async () => {
	await (server as TestServer | undefined)?.stop();
	await folder?.remove();
});

const codesOf = async (...request: Parameters<typeof ask>): Promise<unknown[]> =>
	((await ask(...request)).errors ?? []).map(({ extensions }) => extensions["code"]);

const read = (project: string) =>
	`{ onlineFeatures(project: "${project}", select: { features: ["last_trip:fare"] }, entities: [{ driver_id: 1 }]) { rowCount } }`;

describe("over HTTP", () => {
	it("asks for a token that it knows", async () => {
		expect(await codesOf({ url: server.url }, read("rides"))).toEqual(["UNAUTHENTICATED"]);
		expect(await codesOf({ url: server.url, token: "another" }, read("rides"))).toEqual(["UNAUTHENTICATED"]);
		expect(await codesOf(owner, read("payroll"))).toEqual([]);
	});

	it("keeps a principal to its projects and permissions", async () => {
		expect(await codesOf(analyst, read("rides"))).toEqual([]);
		expect(await codesOf(analyst, read("payroll"))).toEqual(["FORBIDDEN"]);
		expect(await codesOf(analyst, '{ featureView(project: "payroll", name: "last_trip") { name } }')).toEqual([
			"FORBIDDEN",
		]);
		const push = (project: string) =>
			`mutation { push(input: { project: "${project}", into: { source: "trips" }, rows: [] }) { accepted userErrors { code } } }`;
		const refused = await ask<{ push: { userErrors: { code: string }[] } | null }>(analyst, push("rides"));
		const told = [
			...(refused.errors ?? []).map(({ extensions }) => extensions["code"]),
			...(refused.data?.push?.userErrors ?? []).map(({ code }) => code),
		];
		expect(told).toEqual(["FORBIDDEN"]);
	});

	it("does not reach into another project by an id", async () => {
		const { featureView } = await data<{ featureView: { id: string } }>(
			owner,
			'{ featureView(project: "payroll", name: "last_trip") { id } }',
		);
		const query = "query ($id: ID!) { node(id: $id) { id ... on FeatureView { name } } }";
		const answer = await ask<{ node: unknown }>(analyst, query, { id: featureView.id });
		expect(answer.data?.node ?? null).toBeNull();
		expect((await ask<{ node: unknown }>(owner, query, { id: featureView.id })).data?.node).toMatchObject({
			name: "last_trip",
		});
	});
});

describe("over a WebSocket", () => {
	const follow = (project: string) => `subscription { alertEvents(project: "${project}") { cursor } }`;

	it("asks for a token", async () => {
		const client = socket({ url: server.url });
		await expect(client.iterate({ query: follow("rides") }).next()).rejects.toMatchObject({ code: 4401 });
		await client.dispose();
	});

	it("keeps a principal to its projects", async () => {
		const client = socket(analyst);
		const { value } = (await client.iterate({ query: follow("payroll") }).next()) as {
			value: { errors: { extensions: { code: string } }[] };
		};
		expect(value.errors.map(({ extensions }) => extensions.code)).toEqual(["FORBIDDEN"]);
		await client.dispose();
	});
});

describe("files", () => {
	it("are given to those who may read the values of their project, and to nobody else", async () => {
		const { createTrainingSet } = await data<{ createTrainingSet: { trainingSet: { id: string }; userErrors: [] } }>(
			owner,
			`mutation { createTrainingSet(input: {
				project: "payroll", select: { features: ["last_trip:fare"] }, format: CSV
				labels: { rows: [{ driver_id: 1, event_timestamp: "2024-05-01T00:00:00Z" }] }
			}) { trainingSet { id } userErrors { code message } } }`,
		);
		const events = await allEvents<{ trainingSetProgress: { state: string; url: string | null } }>(
			owner,
			"subscription ($id: ID!) { trainingSetProgress(id: $id) { state url } }",
			{ id: createTrainingSet.trainingSet.id },
		);
		const url = new URL(events.at(-1)?.trainingSetProgress.url ?? "", server.url);
		const statusFor = async (token?: string) => (await fetch(url, { headers: authorization(token) })).status;
		expect([await statusFor(), await statusFor("another"), await statusFor("owner-token")]).toEqual([401, 401, 200]);
		expect(await statusFor("analyst-token")).toBe(403);
	});

	it("are taken only from who asked for the upload, or may write there", async () => {
		const { createUpload } = await data<{ createUpload: { url: string } }>(
			owner,
			'mutation { createUpload(input: { project: "payroll", format: CSV }) { url userErrors { code } } }',
		);
		const put = async (token?: string) =>
			(
				await fetch(new URL(createUpload.url, server.url), {
					method: "PUT",
					headers: { "content-type": "application/octet-stream", ...authorization(token) },
					body: "driver_id\n1\n",
				})
			).status;
		expect(await put()).toBe(401);
		expect(await put("analyst-token")).toBe(404);
		expect(await put("owner-token")).toBeLessThan(300);
	});
});
