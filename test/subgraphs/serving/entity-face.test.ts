import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entityFaceOf } from "../../../subgraphs/serving/entity-face/face.ts";
import { entityFaceSdl } from "../../../subgraphs/serving/entity-face/face-sdl.ts";
import { testDatabase } from "../../support/database.ts";
import { applyDefinitions, ask, data, push } from "../../support/graphql-client.ts";
import { testRegistry } from "../../support/registry.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../../support/server.ts";

const definitions = await readFile(fileURLToPath(new URL("entity-face.yaml", import.meta.url)), "utf8");

const database = testDatabase();
let folder: TemporaryFolder | undefined;
let server: TestServer;

const everyValue = {
	device: "9007199254740993",
	at: "2024-05-01T08:00:00Z",
	flag: true,
	small: -2147483648,
	large: "-9223372036854775808",
	single: 0.5,
	double: 0.1,
	text: 'ünï"code',
	raw: "AAH/",
	instant: "2024-02-29T23:59:59.999999Z",
	day: "2024-02-29",
	document: { deep: [1, null, "x"] },
	flags: [true, null, false],
	larges: ["9223372036854775807", null],
	doubles: [0.25, "NaN", null],
	texts: ["a", ""],
	days: ["2024-02-29", null],
};

beforeAll(async () => {
	folder = await temporaryFolder();
	server = await startServer({ folder: folder.path, env: { DATABASE_URL: database.url } });
	await applyDefinitions(server, definitions);
	const not = { at: "2024-05-01T08:00:00Z" };
	for (const [source, rows] of [
		["readings", [everyValue, { device: 2, at: not.at, double: "NaN", single: "-Infinity" }]],
		["legs", [{ origin: "JFK", destination: "BOS", flown_at: not.at, delay: 7 }]],
		[
			"weather",
			[
				{ airport: "JFK", at: not.at, wind: 3 },
				{ airport: "BOS", at: not.at, wind: 5 },
			],
		],
		["payments", [{ user_id: 1, merchant_id: 2, paid_at: not.at, amount: 12.5 }]],
	] as const) {
		expect(await push(server, source, rows)).toMatchObject({ accepted: rows.length, rejected: [] });
	}
});
afterAll(async () => {
	await (server as TestServer | undefined)?.stop();
	await folder?.remove();
});

it("is generated from the registry", async () => {
	const registry = await testRegistry(database.database);
	const snapshot = await registry.snapshot("default");
	const sdl = entityFaceSdl(entityFaceOf([{ snapshot, prefix: "" }]));
	await expect(sdl).toMatchFileSnapshot("../../golden/subgraphs/entity-face.graphql");
	const prefixed = entityFaceSdl(entityFaceOf([{ snapshot, prefix: "lab" }]));
	expect(prefixed).toContain("type LabDevice @key");
	expect(prefixed).toContain("labDevice(device: Int64!): LabDevice");
	await registry.close();
});

describe("a typed read", () => {
	const device = (fields: string, key: string | number = "9007199254740993") =>
		`{ entities { device(device: "${key}") { device features { everyType { ${fields} } } } } }`;
	const all = "flag small large single double text raw instant day document flags larges doubles texts days";

	it("has every type", async () => {
		const { device: key, at: _, ...features } = everyValue;
		expect(await data(server, device(all))).toEqual({
			entities: { device: { device: key, features: { everyType: { ...features, doubles: [0.25, null, null] } } } },
		});
	});

	it("has null for NaN and infinities, which the generic read names", async () => {
		expect(await data(server, device("single double meta_ { status }", 2))).toEqual({
			entities: {
				device: {
					device: "2",
					features: { everyType: { single: null, double: null, meta_: { status: "PRESENT" } } },
				},
			},
		});
		const generic = await data<{ onlineFeatures: { columns: { values: unknown[] }[] } }>(
			server,
			'{ onlineFeatures(select: { features: ["every_type:single", "every_type:double"] }, entities: [{ device: 2 }]) { columns { values } } }',
		);
		expect(generic.onlineFeatures.columns.slice(1).map(({ values }) => values)).toEqual([["-Infinity"], ["NaN"]]);
	});

	it("takes composite keys under the names that a definition gives", async () => {
		expect(
			await data(
				server,
				`{ entities {
					leg(from: "JFK", to: "BOS") { from to features { punctuality { minutesLate } } }
					legList(keys: [{ from: "JFK", to: "BOS" }, { from: "BOS", to: "JFK" }]) {
						features { punctuality { minutesLate meta_ { status eventTime view { name } } } }
					}
				} }`,
			),
		).toEqual({
			entities: {
				leg: { from: "JFK", to: "BOS", features: { punctuality: { minutesLate: 7 } } },
				legList: [
					{
						features: {
							punctuality: {
								minutesLate: 7,
								meta_: { status: "PRESENT", eventTime: "2024-05-01T08:00:00Z", view: { name: "route_delays" } },
							},
						},
					},
					{
						features: {
							punctuality: {
								minutesLate: null,
								meta_: { status: "NOT_FOUND", eventTime: null, view: { name: "route_delays" } },
							},
						},
					},
				],
			},
		});
	});

	it("hangs a view over two entities on a type of their keys, with arguments for request data", async () => {
		expect(
			await data(
				server,
				`query ($rate: Float!, $since: DateTime!) { entities { userMerchant(userId: 1, merchantId: 2) {
					userId
					features { lastPayment { amount } converted(exchangeRate: $rate, since: $since) { inEuros old } }
				} } }`,
				{ rate: 0.5, since: "2024-06-01T00:00:00Z" },
			),
		).toEqual({
			entities: {
				userMerchant: {
					userId: "1",
					features: { lastPayment: { amount: 12.5 }, converted: { inEuros: 6.25, old: true } },
				},
			},
		});
	});

	it("takes the request data of the views that an on-demand view is over", async () => {
		const read = (args: string, asOf = "") =>
			`{ entities { userMerchant(userId: 1, merchantId: 2) { features${asOf} { convertedTwice(${args}) { net } } } } }`;
		const all = 'fee: 0.25, exchangeRate: 0.5, since: "2024-06-01T00:00:00Z"';
		for (const asOf of ["", '(asOf: "2024-06-01T00:00:00Z")']) {
			expect(await data(server, read(all, asOf))).toEqual({
				entities: { userMerchant: { features: { convertedTwice: { net: 6 } } } },
			});
		}
		const { errors } = await ask(server, read("fee: 0.25"));
		expect(errors?.map(({ message }) => message)).toContainEqual(expect.stringContaining('"exchangeRate"'));
	});

	it("tells the aliases of one row apart and follows fragments", async () => {
		expect(
			await data(
				server,
				`query { entities { userMerchant(userId: 1, merchantId: 2) { features {
					half: converted(exchangeRate: 0.5, since: "2024-01-01T00:00:00Z") { ...Euros }
					double: converted(exchangeRate: 2, since: "2024-01-01T00:00:00Z") { ...Euros ... on ConvertedRow { old } }
				} } } }
				fragment Euros on ConvertedRow { euros: inEuros }`,
			),
		).toEqual({
			entities: {
				userMerchant: { features: { half: { euros: 6.25 }, double: { euros: 25, old: false } } },
			},
		});
	});

	it("has what a service reads under aliases, where its columns are keys", async () => {
		expect(
			await data(
				server,
				`{ entities { leg(from: "JFK", to: "BOS") { features {
					delayModelFrom { wind meta_ { status } }
					delayModelTo { wind }
				} } } }`,
			),
		).toEqual({
			entities: {
				leg: {
					features: { delayModelFrom: { wind: 3, meta_: { status: "PRESENT" } }, delayModelTo: { wind: 5 } },
				},
			},
		});
	});

	it("refuses a key that is none, naming it, and answers the others", async () => {
		const answer = await ask(
			server,
			`{ entities { bad: device(device: "many") { device } good: device(device: "2") { device } } }`,
		);
		expect(answer.data).toEqual({ entities: { bad: null, good: { device: "2" } } });
		expect(answer.errors).toEqual([
			expect.objectContaining({
				path: ["entities", "bad"],
				message: expect.stringContaining("many") as string,
				extensions: expect.objectContaining({ code: "INVALID_VALUE" }) as object,
			}),
		]);
	});
});

it("keeps an old version that a service still reads, deprecated, beside the one that answers", async () => {
	const changed = definitions
		.replace("features: { wind: float64 } }", "features: { wind: float64, rain: float64 } }")
		.concat('  old_model: { features: ["conditions@1:wind"] }\n');
	await applyDefinitions(server, changed);
	const { materialize } = await data<{ materialize: { run: { id: string } } }>(
		server,
		'mutation { materialize(input: { views: ["conditions"] }) { run { id } userErrors { message } } }',
	);
	await expect
		.poll(
			async () =>
				(
					await data<{ materializationRun: { state: string } }>(
						server,
						`{ materializationRun(id: "${materialize.run.id}") { state } }`,
					)
				).materializationRun.state,
			{ timeout: 30_000 },
		)
		.toBe("SUCCEEDED");
	const registry = await testRegistry(database.database);
	const sdl = entityFaceSdl(entityFaceOf([{ snapshot: await registry.snapshot("default"), prefix: "" }]));
	await registry.close();
	await expect(sdl).toMatchFileSnapshot("../../golden/subgraphs/entity-face-versions.graphql");

	const read =
		'{ entities { airport(airport: "JFK") { features { conditions { wind rain } conditionsV1 { wind } } } } }';
	await expect
		.poll(async () => (await ask(server, read)).data, { timeout: 30_000 })
		.toEqual({
			entities: { airport: { features: { conditions: { wind: 3, rain: null }, conditionsV1: { wind: 3 } } } },
		});
});
