/** docker-compose.yml without Docker: the same processes on real services, through the main job and through their deaths. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composedServices } from "../support/compose-file.ts";
import { testDatabase } from "../support/database.ts";
import { allEvents, applyDefinitions, ask, authorization, data, follow, push } from "../support/graphql-client.ts";
import { kafkaServer, startKafka, type TestKafka } from "../support/kafka.ts";
import { type ProcessName, Production, processNames } from "../support/production.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/server.ts";

const definitions = (folder: string, sla = "") => `
entities:
  driver: { joinKeys: { driver_id: int64 } }
  zone: { joinKeys: { zone: int64 } }
sources:
  trips:
    push: {}
    eventTime: ended_at
    columns: { driver_id: int64, ended_at: timestamp, fare: float64 }
  surges: { csv: ${join(folder, "surges.csv")}, eventTime: at, columns: { zone: int64, at: timestamp, factor: float64 } }
views:
  last_trip: { entities: [driver], source: trips, ${sla} features: { fare: float64 } }
  surge: { entities: [zone], source: surges, features: { factor: float64 } }
services:
  offers: { features: ["last_trip:fare"], owner: { name: Pricing } }
`;
const endedAt = "2024-05-01T08:30:00Z";

/** Asks each subgraph for something; the last field asks two. */
const everything = `{
	registry: featureService(name: "offers") { name }
	models: model(name: "acceptance") { name }
	serving: onlineFeatures(select: { features: ["last_trip:fare"] }, entities: [{ driver_id: 1 }]) { rowCount }
	monitoring: alerts(first: 1) { edges { cursor } }
	both: featureView(name: "last_trip") { name freshness { status } }
}`;

describe.skipIf(redisServer.missing)(`the processes of docker-compose.yml${redisServer.reason}`, () => {
	const database = testDatabase();
	let folder: TemporaryFolder;
	let redis: TestRedis;
	let kafka: TestKafka | null = null;
	let production: Production;
	const caller = () => production.caller;

	beforeAll(async () => {
		folder = await temporaryFolder();
		[redis, kafka] = await Promise.all([
			// As the file has it; where it keeps its data is this test's.
			startRedis(["--dir", folder.path, ...redisSettings()]),
			kafkaServer.missing ? null : startKafka(),
		]);
		production = await Production.prepare({
			folder: folder.path,
			databaseUrl: database.url,
			redisUrl: redis.url,
			brokers: kafka?.brokers ?? null,
			env: { FEATUREGRAPH_FRESHNESS_INTERVAL_SECONDS: "1", FEATUREGRAPH_FRESHNESS_GRACE_SECONDS: "0" },
		});
		await writeFile(join(production.dataFolder, "surges.csv"), `zone,at,factor\n4,${endedAt},1.25\n7,${endedAt},2\n`);
		await production.startAll();
	}, 120_000);
	afterAll(async () => {
		await production?.endAll("SIGKILL");
		await Promise.all([redis?.stop(), kafka?.stop()]);
		await folder?.remove();
	});

	const fares = async (drivers: readonly number[]): Promise<readonly unknown[]> => {
		const { onlineFeatures } = await data<{ onlineFeatures: Frame }>(
			caller(),
			`query ($entities: [EntityRow!]!) {
				onlineFeatures(select: { features: ["last_trip:fare"] }, entities: $entities) { columns { values } }
			}`,
			{ entities: drivers.map((driver_id) => ({ driver_id })) },
		);
		return onlineFeatures.columns.at(-1)?.values ?? [];
	};

	it("lets nobody in without a token, and only gateways at the subgraphs", async () => {
		expect((await ask({ url: caller().url }, everything)).errors?.[0]?.extensions["code"]).toBe("UNAUTHENTICATED");
		const direct = { url: production.urlOf("serving"), token: caller().token };
		expect((await ask(direct, everything)).errors?.[0]?.extensions["code"]).toBe("UNAUTHENTICATED");
		const file = await fetch(new URL("/files/training-sets/any.csv", direct.url), {
			headers: authorization(direct.token),
		});
		expect(file.status).toBe(401);
	});

	it("applies, pushes, and reads the values back, by name and as typed fields", async () => {
		await applyDefinitions(caller(), definitions(production.dataFolder));
		const pushed = await push(caller(), "trips", [{ driver_id: 1, ended_at: endedAt, fare: 18.5 }]);
		expect(pushed).toMatchObject({ accepted: 1, rejected: [], userErrors: [] });
		expect(await fares([1, 2])).toEqual([18.5, null]);
		const typed = "{ entities { driver(driverId: 1) { features { lastTrip { fare } } } } }";
		expect(await data(caller(), typed)).toEqual({ entities: { driver: { features: { lastTrip: { fare: 18.5 } } } } });
	});

	it("answers /features at the gateway, from the process that serves", async () => {
		const response = await fetch(new URL("/features", caller().url), {
			method: "POST",
			headers: { "content-type": "application/json", ...authorization(caller().token) },
			body: JSON.stringify({ select: { features: ["last_trip:fare"] }, entities: { driver_id: [1, 2] } }),
		});
		expect([response.status, await response.json()]).toMatchObject([
			200,
			{ rowCount: 2, columns: [{ name: "fare", values: [18.5, null] }] },
		]);
	});

	it("takes /push at the gateway, by the process that serves, once under a key", async () => {
		const row = { driver_id: 3, ended_at: "2024-05-01T08:00:00Z", fare: 3 };
		const pushOnce = () =>
			fetch(new URL("/push", caller().url), {
				method: "POST",
				headers: { "content-type": "application/json", "idempotency-key": "three", ...authorization(caller().token) },
				body: JSON.stringify({ into: { source: "trips" }, rows: [row] }),
			});
		const [first, again] = [await pushOnce(), await pushOnce()];
		const taken = { accepted: 1, stale: 0, rejected: [], warnings: [] };
		expect([first.status, await first.json()]).toEqual([200, taken]);
		expect([again.status, await again.json()]).toEqual([200, taken]);
		expect(await fares([3])).toEqual([3]);
	});

	const materialize = async (): Promise<string> => {
		const { materialize: started } = await data<{ materialize: { run: { id: string } } }>(
			caller(),
			'mutation { materialize(input: { views: ["surge"] }) { run { id } userErrors { code message } } }',
		);
		return started.run.id;
	};
	const endOfRun = async (id: string) => {
		const runs = await allEvents<{ materializationProgress: { state: string } }>(
			caller(),
			"subscription ($id: ID!) { materializationProgress(id: $id) { state rowsRead failure { message } } }",
			{ id },
		);
		return runs.at(-1)?.materializationProgress;
	};

	it("materializes in the worker, and follows it through the gateway", async () => {
		expect(await endOfRun(await materialize())).toEqual({ state: "SUCCEEDED", rowsRead: "2", failure: null });
		const { entities } = await data<{ entities: unknown }>(
			caller(),
			"{ entities { zone(zone: 7) { features { surge { factor } } } } }",
		);
		expect(entities).toEqual({ zone: { features: { surge: { factor: 2 } } } });
	});

	let trainingSet: string;
	it("takes an upload of labels, draws a training set for it and hands the file out, whole and in parts", async () => {
		const labels = `driver_id,event_timestamp,accepted\n1,2024-05-02T00:00:00Z,true\n2,2024-05-02T00:00:00Z,false\n`;
		const { createUpload } = await data<{ createUpload: { id: string; url: string } }>(
			caller(),
			"mutation { createUpload(input: { format: CSV }) { id url userErrors { message } } }",
		);
		const headers = authorization(caller().token);
		const place = new URL(createUpload.url, caller().url);
		const stretch = (from: number, to: number, total = labels.length) =>
			fetch(place, {
				method: "PUT",
				body: labels.slice(from, to),
				headers: { ...headers, "content-range": `bytes ${from}-${to - 1}/${total}` },
			});
		const begun = await stretch(0, 40);
		expect([begun.status, begun.headers.get("range")]).toEqual([308, "bytes=0-39"]);
		expect((await stretch(50, 60)).status).toBe(409);
		const asked = await fetch(place, { method: "HEAD", headers });
		expect([asked.status, asked.headers.get("upload-offset")]).toEqual([200, "40"]);
		expect((await fetch(new URL("./none", place), { method: "HEAD", headers })).status).toBe(404);
		const sent = await stretch(40, labels.length);
		expect([sent.status, await sent.json()]).toEqual([200, { byteCount: labels.length }]);
		const again = await fetch(place, { method: "PUT", body: labels, headers });
		expect([again.status, await again.json()]).toMatchObject([409, { errors: [{ extensions: { code: "CONFLICT" } }] }]);

		const { createTrainingSet } = await data<{ createTrainingSet: { trainingSet: { id: string } } }>(
			caller(),
			`mutation ($input: CreateTrainingSetInput!) {
				createTrainingSet(input: $input) { trainingSet { id } userErrors { code message } }
			}`,
			{
				input: {
					name: "offers",
					select: { featureService: "offers" },
					format: "CSV",
					labels: { upload: createUpload.id },
				},
			},
		);
		trainingSet = createTrainingSet.trainingSet.id;
		const events = await allEvents<{ trainingSetProgress: { url: string | null } }>(
			caller(),
			"subscription ($id: ID!) { trainingSetProgress(id: $id) { state url failure { message } } }",
			{ id: trainingSet },
		);
		expect(events.at(-1)?.trainingSetProgress).toMatchObject({ state: "SUCCEEDED", failure: null });
		const file = new URL(events.at(-1)?.trainingSetProgress.url ?? "", caller().url);
		expect((await fetch(file)).status).toBe(401);
		const whole = await fetch(file, { headers });
		const content = await whole.text();
		expect(content.trim().split("\n")).toHaveLength(3);
		expect(content).toContain("18.5");
		const part = await fetch(file, { headers: { ...headers, range: "bytes=3-9" } });
		expect([part.status, await part.text()]).toEqual([206, content.slice(3, 10)]);
		const etag = whole.headers.get("etag") ?? "";
		expect((await fetch(file, { headers: { ...headers, "if-none-match": etag } })).status).toBe(304);
		expect((await fetch(new URL("/files/training-sets/none.csv", caller().url), { headers })).status).toBe(404);
	});

	it("registers a model version with what it was trained on", async () => {
		const { registerModelVersion } = await data<{ registerModelVersion: unknown }>(
			caller(),
			`mutation ($input: RegisterModelVersionInput!) {
				registerModelVersion(input: $input) {
					modelVersion { version featureService { name owner { name } } trainingSet { name rowCount } }
					userErrors { code message }
				}
			}`,
			{ input: { model: "acceptance", featureService: "offers", trainingSet } },
		);
		expect(registerModelVersion).toEqual({
			modelVersion: {
				version: 1,
				featureService: { name: "offers", owner: { name: "Pricing" } },
				trainingSet: { name: "offers", rowCount: "2" },
			},
			userErrors: [],
		});
	});

	it("tells of an alert over a subscription, with what the other subgraphs know of it", async () => {
		const following = await follow<{ alertEvents: { to: string; alert: unknown } }>(
			caller(),
			"subscription { alertEvents { to alert { kind subject { ... on FeatureView { name entities { name } } } } } }",
		);
		try {
			await applyDefinitions(caller(), definitions(production.dataFolder, "freshness: { sla: 60s },"));
			let event = (await following.next()).alertEvents;
			while (event.to !== "FIRING") event = (await following.next()).alertEvents;
			expect(event.alert).toEqual({
				kind: "FRESHNESS",
				subject: { name: "last_trip", entities: [{ name: "driver" }] },
			});
		} finally {
			following.end();
		}
	});

	/** Drivers whose push was acknowledged. */
	const acknowledged: number[] = [];
	const pushMore = async (): Promise<void> => {
		const driver = 1000 + acknowledged.length;
		const { accepted } = await push(caller(), "trips", [{ driver_id: driver, ended_at: endedAt, fare: driver }]);
		if (accepted === 1) acknowledged.push(driver);
	};

	describe.each(["registry", "models", "serving", "monitoring"] as const)("without %s", (name) => {
		it("the rest answers, and it is back when it is started again", async () => {
			expect((await ask(caller(), everything)).errors).toBeUndefined();
			await whilePushing(pushMore, async (some) => {
				await some();
				expect(await production.end(name, "SIGKILL")).toBe("SIGKILL");
				const partial = await ask(caller(), everything);
				expect(partial.data).toMatchObject(
					Object.fromEntries(subgraphFields.map((field) => [field, field === name ? null : expect.anything()])),
				);
				const status = name === "monitoring" ? null : { status: expect.any(String) as string };
				const both = name === "registry" ? null : { name: "last_trip", freshness: status };
				expect(partial.data?.["both"]).toEqual(both);
				expect(partial.errors?.map(({ path }) => path?.[0])).toContain(name);
				for (const error of partial.errors ?? []) {
					expect(error).toMatchObject({
						message: expect.stringContaining(name) as string,
						extensions: { code: "SUBGRAPH_UNAVAILABLE", name },
					});
				}
				expect(await production.isReady("gateway")).toBe(true);

				await production.start(name);
				await expect.poll(async () => (await ask(caller(), everything)).errors, { timeout: 30_000 }).toBeUndefined();
				await some();
			});
		}, 120_000);
	});

	it("without the worker: what is asked of it waits for it", async () => {
		expect(await production.end("worker", "SIGKILL")).toBe("SIGKILL");
		expect((await ask(caller(), everything)).errors).toBeUndefined();
		const run = await materialize();
		const ended = endOfRun(run);
		await production.start("worker");
		expect(await ended).toMatchObject({ state: "SUCCEEDED", failure: null });
	}, 120_000);

	it("without a gateway: another one answers at once, since it keeps nothing", async () => {
		await whilePushing(pushMore, async (some) => {
			await some();
			expect(await production.end("gateway", "SIGKILL")).toBe("SIGKILL");
			await production.start("gateway");
			expect((await ask(caller(), everything)).errors).toBeUndefined();
			await some();
		});
	}, 120_000);

	it("without Redis: what needs it says so, the rest answers, and what was pushed meanwhile comes online", async () => {
		await redis.stop();
		const code = async () =>
			(await ask(caller(), everything)).errors?.map(({ path, extensions }) => [path, extensions["code"]]);
		await expect.poll(code, { timeout: 30_000 }).toEqual([[["serving"], "STORE_UNAVAILABLE"]]);
		await expect.poll(() => production.isReady("serving"), { timeout: 30_000 }).toBe(false);
		expect(await production.isReady("registry")).toBe(true);
		await pushMore();

		redis = await startRedis(["--dir", folder.path, ...redisSettings()], redis.port);
		await expect.poll(code, { timeout: 30_000 }).toBeUndefined();
		await expect.poll(() => production.isReady("serving"), { timeout: 30_000 }).toBe(true);
		await expect.poll(() => fares(acknowledged), { timeout: 30_000 }).toEqual(acknowledged);
	}, 120_000);

	it.skipIf(kafkaServer.missing)(
		`without Kafka: reads and pushes go on, and it is told again after it is back${kafkaServer.reason}`,
		async () => {
			const back = kafka?.restart();
			await pushMore();
			expect(await fares(acknowledged)).toEqual(acknowledged);
			await back;
			const more = `${definitions(production.dataFolder)}  more: { features: ["surge:factor"] }\n`;
			await applyDefinitions(caller(), more);
			expect(await endOfRun(await materialize())).toMatchObject({ state: "SUCCEEDED" });
		},
		120_000,
	);

	it("has lost no acknowledged push through all of it", async () => {
		expect(acknowledged.length).toBeGreaterThan(10);
		expect(await fares(acknowledged)).toEqual(acknowledged);
		const { historicalFeatures } = await data<{ historicalFeatures: Frame }>(
			caller(),
			`query ($labels: [EntityRow!]!) {
				historicalFeatures(select: { features: ["last_trip:fare"] }, labels: $labels) { columns { values } }
			}`,
			{ labels: acknowledged.map((driver_id) => ({ driver_id, event_timestamp: "2024-06-01T00:00:00Z" })) },
		);
		expect(historicalFeatures.columns.at(-1)?.values).toEqual(acknowledged);
	});

	it("ends when it is told to, in any order", async () => {
		const ends = await production.endAll("SIGTERM");
		const hung = processNames.filter((name) => production.output(name).includes("could not be closed"));
		expect(hung.map((name) => [name, production.told(name)])).toEqual([]);
		expect(ends).toEqual(Object.fromEntries(processNames.map((name) => [name, 0])));
	});
});

const subgraphFields = ["registry", "models", "serving", "monitoring"] as const satisfies readonly ProcessName[];

interface Frame {
	readonly columns: readonly { readonly values: readonly unknown[] }[];
}

/** Runs `work` while something is pushed all the time; pushes that fail are no matter. `some`: waits until some more succeeded. */
async function whilePushing(
	pushOne: () => Promise<void>,
	work: (some: () => Promise<void>) => Promise<void>,
): Promise<void> {
	let ended = false;
	let done = 0;
	const running = (async () => {
		while (!ended) {
			await pushOne().then(
				() => {
					done += 1;
				},
				() => sleep(50),
			);
		}
	})();
	const some = async (): Promise<void> => {
		const wanted = done + 3;
		await expect.poll(() => done, { timeout: 30_000 }).toBeGreaterThanOrEqual(wanted);
	};
	try {
		await work(some);
	} finally {
		ended = true;
		await running;
	}
}

function redisSettings(): readonly string[] {
	const unset = { POSTGRES_PASSWORD: "", FEATUREGRAPH_SUBGRAPH_SECRET: "", FEATUREGRAPH_ACCESS_TOKENS: "" };
	return (
		composedServices(unset)
			.find(({ name }) => name === "redis")
			?.command.slice(1) ?? []
	);
}
