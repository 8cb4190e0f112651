/**
 * The server is killed at random moments while clients push, and starts again on what is there: what was acknowledged is
 * there, online and offline, and nothing is there twice. Ten times; `FEATUREGRAPH_TEST_KILLS=100` for longer.
 */
import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../support/database.ts";
import { applyDefinitions, ask, data, push } from "../support/graphql-client.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const kills = Number(process.env["FEATUREGRAPH_TEST_KILLS"] ?? 10);
const clientCount = 4;
const entitiesPerClient = 3;

const definitions = `
entities: { sensor: { joinKeys: { sensor: string } } }
sources:
  readings: { push: {}, eventTime: at, columns: { id: string, sensor: string, at: timestamp, value: int64 } }
  states: { push: {}, eventTime: at, columns: { id: string, sensor: string, at: timestamp, a: int64, b: int64 } }
views:
  reading: { entities: [sensor], source: readings, features: { value: int64 } }
  state: { entities: [sensor], source: states, partial: true, features: { a: int64, b: int64 } }
`;
const features = ["reading:value", "state:a", "state:b"];

/** In the past, and later with each step. */
const base = Date.UTC(2024, 4, 1);
const timeOf = (step: number): string => new Date(base + step * 1000).toISOString();

interface Call {
	readonly source: "readings" | "states";
	readonly rows: readonly Readonly<Record<string, string> & { id: string }>[];
	readonly idempotencyKey: string;
	readonly step: number;
}

/** Pushes one call after the other, each until it is acknowledged, over as many lives of the server as that takes. */
class PushingClient {
	readonly entities: readonly string[];
	/** Ids of acknowledged rows by source. */
	readonly acknowledged = { readings: new Set<string>(), states: new Set<string>() };
	/** The greatest step that was acknowledged, by feature. */
	readonly newest: Record<string, number> = {};
	/** What was sent, and not acknowledged. */
	pending: Call | null = null;
	#step = 0;

	constructor(name: string) {
		this.entities = Array.from({ length: entitiesPerClient }, (_, n) => `${name}-${n}`);
	}

	/** Until the server is gone. */
	async run(server: TestServer): Promise<void> {
		for (;;) {
			const call = this.pending ?? this.#next();
			this.pending = call;
			if (!(await this.#send(server, call))) return;
		}
	}

	/** Sends what is pending. */
	async settle(server: TestServer): Promise<void> {
		await expect.poll(async () => this.pending === null || this.#send(server, this.pending)).toBe(true);
	}

	#next(): Call {
		const step = ++this.#step;
		const source = step % 2 === 0 ? "readings" : "states";
		const rows = this.entities.flatMap((sensor) => {
			if (source === "states") return [{ sensor, at: timeOf(step), [step % 4 === 1 ? "a" : "b"]: String(step) }];
			const late = { sensor, at: timeOf(step - 1.5), value: "-1" };
			return [{ sensor, at: timeOf(step), value: String(step) }, ...(step % 3 === 0 ? [late] : [])];
		});
		return { source, rows: rows.map((row) => ({ ...row, id: randomUUID() })), idempotencyKey: randomUUID(), step };
	}

	/** Whether it was acknowledged. */
	async #send(server: TestServer, { source, rows, idempotencyKey, step }: Call): Promise<boolean> {
		let answer: Awaited<ReturnType<typeof push>>;
		try {
			answer = await push(server, source, rows, { idempotencyKey });
		} catch {
			return false;
		}
		expect(answer).toMatchObject({ accepted: rows.length, rejected: [], userErrors: [] });
		for (const { id } of rows) this.acknowledged[source].add(id);
		this.newest[source === "readings" ? "reading:value" : step % 4 === 1 ? "state:a" : "state:b"] = step;
		this.pending = null;
		return true;
	}
}

describe.skipIf(redisServer.missing)(`kill -9 while clients push${redisServer.reason}`, () => {
	const database = testDatabase();
	let folder: TemporaryFolder;
	let redis: TestRedis;
	let server: TestServer;
	const clients = Array.from({ length: clientCount }, (_, n) => new PushingClient(`client${n}`));
	const start = (): Promise<TestServer> =>
		startServer({ folder: folder.path, env: { DATABASE_URL: database.url, REDIS_URL: redis.url } });

	beforeAll(async () => {
		[folder, redis] = await Promise.all([temporaryFolder(), startRedis()]);
		server = await start();
		await applyDefinitions(server, definitions);
	}, 120_000);
	afterAll(async () => {
		await server?.stop("SIGKILL");
		await redis?.stop();
		await folder?.remove();
	});

	const entities = clients.flatMap((client) => client.entities.map((sensor) => ({ client, sensor })));

	interface Frame {
		readonly columns: readonly { readonly values: readonly unknown[] }[];
	}
	/** The steps of each entity, by feature. */
	const read = async (field: string): Promise<readonly (readonly number[])[]> => {
		const isOnline = field === "onlineFeatures";
		const at = new Date().toISOString();
		const { frame } = await data<{ frame: Frame }>(
			server,
			`query ($select: FeatureSelection!, $rows: [EntityRow!]!) {
				frame: ${field}(select: $select, ${isOnline ? "entities" : "labels"}: $rows) { columns { values } }
			}`,
			{
				select: { features },
				rows: entities.map(({ sensor }) => (isOnline ? { sensor } : { sensor, event_timestamp: at })),
			},
		);
		return frame.columns.slice(-features.length).map(({ values }) => values.map(Number));
	};
	const acknowledged = () =>
		features.map((feature) => entities.map(({ client }): number => client.newest[feature] ?? 0));

	/** Ids of the rows that the log of a source holds. */
	const logged = async (source: string): Promise<string[]> => {
		const { rows } = await database.database.pool.query<{ id: number }>(
			"SELECT id FROM featuregraph.definitions WHERE kind = 'source' AND name = $1",
			[source],
		);
		const found = await database.database.pool.query<{ id: string }>(
			`SELECT id FROM featuregraph_log.source_${rows[0]?.id}`,
		);
		return found.rows.map(({ id }) => id);
	};

	it(
		`${kills} times: all that was acknowledged is there, online and offline, and nothing twice`,
		async () => {
			for (let kill = 0; kill < kills; kill++) {
				const load = clients.map((client) => client.run(server));
				// Not waited for by a condition: any moment is the right one.
				await sleep(randomInt(20, 600));
				expect(await server.stop("SIGKILL")).toBe("SIGKILL");
				await Promise.all(load);
				server = await start();
				const least = acknowledged();
				const isThere = (steps: readonly (readonly number[])[]): boolean =>
					steps.every((column, f) => column.every((step, row) => step >= (least[f]?.[row] ?? 0)));
				await expect.poll(async () => isThere(await read("onlineFeatures")), { message: `kill ${kill}` }).toBe(true);
				await Promise.all(clients.map((client) => client.settle(server)));
				const exact = acknowledged();
				await expect.poll(() => read("onlineFeatures"), { message: `kill ${kill}` }).toEqual(exact);
				expect(await read("historicalFeatures"), `kill ${kill}`).toEqual(exact);
			}
			for (const source of ["readings", "states"] as const) {
				const sent = clients.flatMap((client) => [...client.acknowledged[source]]);
				expect(sent.length).toBeGreaterThan(kills);
				expect((await logged(source)).sort()).toEqual(sent.sort());
			}
			const { errors } = await ask(server, "{ __typename }");
			expect(errors).toBeUndefined();
		},
		30_000 + kills * 60_000,
	);
});
