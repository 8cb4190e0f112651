/** `gateway --workers 2` with all subgraphs in its processes, on PostgreSQL and Redis. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../../support/database.ts";
import { applyDefinitions, push } from "../../support/graphql-client.ts";
import { redisServer, startRedis, type TestRedis } from "../../support/redis.ts";
import {
	failedStart,
	startServer,
	type TemporaryFolder,
	type TestServer,
	temporaryFolder,
} from "../../support/server.ts";

const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources: { trips: { push: {}, eventTime: at, columns: { driver_id: int64, at: timestamp, fare: float64 } } }
views: { last_trip: { entities: [driver], source: trips, features: { fare: float64 } } }
`;
const typed = "{ entities { driver(driverId: 1) { features { lastTrip { fare } } } } }";
const two = { FEATUREGRAPH_WORKERS: "2" };
const secret = { FEATUREGRAPH_SUBGRAPH_SECRET: "x".repeat(32) };

let folder: TemporaryFolder;
beforeAll(async () => {
	folder = await temporaryFolder();
});
afterAll(() => folder?.remove());

describe.skipIf(redisServer.missing)(`two processes on one port${redisServer.reason}`, () => {
	const database = testDatabase();
	let redis: TestRedis | undefined;
	let server: TestServer;
	beforeAll(async () => {
		redis = await startRedis();
		server = await startServer({
			folder: folder.path,
			args: ["gateway", "--workers", "2"],
			env: {
				...secret,
				LOG_LEVEL: "info",
				DATABASE_URL: database.url,
				REDIS_URL: redis.url,
				FEATUREGRAPH_LOCAL_SUBGRAPHS: "registry,models,serving,monitoring",
			},
		});
	});
	afterAll(async () => {
		await server?.stop("SIGKILL");
		await redis?.stop();
	});

	/** Over a connection of its own, which the next worker gets. */
	const fresh = async (path: string, body?: object) => {
		const { statusCode, body: answer } = await request(`${server.url}${path}`, {
			reset: true,
			...(body === undefined
				? {}
				: { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
		});
		return { status: statusCode, text: await answer.text() };
	};

	it("is ready when it says so, and shows an apply and a push on every connection at once", async () => {
		expect(await fresh("/ready")).toMatchObject({ status: 200 });
		await applyDefinitions({ url: server.url }, definitions);
		const rows = [{ driver_id: 1, at: "2024-05-01T08:30:00Z", fare: 18.5 }];
		expect(await push({ url: server.url }, "trips", rows)).toMatchObject({ accepted: 1 });
		for (let time = 0; time < 6; time++) {
			const { text } = await fresh("/graphql", { query: typed });
			expect(JSON.parse(text)).toEqual({ data: { entities: { driver: { features: { lastTrip: { fare: 18.5 } } } } } });
		}
	});

	it("tells the metrics of both together, whichever is asked", async () => {
		const counts = async (): Promise<number[]> => {
			const texts = await Promise.all(Array.from({ length: 4 }, () => fresh("/metrics")));
			const line = /^featuregraph_gateway_operation_seconds_count\{kind="query",outcome="ok"\} (\d+)$/m;
			return texts.map(({ text }) => Number(line.exec(text)?.[1]));
		};
		const [before = Number.NaN] = await counts();
		for (let time = 0; time < 5; time++) await fresh("/graphql", { query: "{ __typename }" });
		expect(await counts()).toEqual(Array.from({ length: 4 }, () => before + 5));
	});

	it("is two processes of a subgraph as well", async () => {
		const env = { ...secret, DATABASE_URL: database.url, REDIS_URL: redis?.url ?? "" };
		const serving = await startServer({ folder: folder.path, args: ["subgraph", "serving"], env: { ...env, ...two } });
		try {
			expect(await childrenOf(serving.pid)).toHaveLength(2);
			expect((await request(`${serving.url}/ready`)).statusCode).toBe(200);
			const metrics = await (await request(`${serving.url}/metrics`)).body.text();
			expect(metrics).toContain("featuregraph_subgraph_operation_seconds");
		} finally {
			expect(await serving.stop("SIGTERM")).toBe(0);
		}
	});

	it("does not reserve streams, whose requests would reach either", async () => {
		const response = await fetch(`${server.url}/graphql`, { method: "PUT" });
		expect([response.status, await response.json()]).toMatchObject([
			400,
			{ errors: [{ extensions: { code: "UNSUPPORTED", hint: expect.stringContaining("WebSocket") as string } }] },
		]);
	});

	it("answers by both; by the other one when one is killed, which comes back", async () => {
		const connections = await Promise.all(Array.from({ length: 6 }, () => connect(server.url)));
		for (const connection of connections) expect(await health(connection)).toContain(" 200 ");
		const workers = await childrenOf(server.pid);
		expect(workers).toHaveLength(2);
		process.kill(workers[0] as number, "SIGKILL");
		await expect.poll(() => server.stderr(), { timeout: 30_000 }).toContain("started again");
		await expect.poll(() => connections.filter(({ closed }) => closed).length).toBeGreaterThan(0);
		const left = await Promise.all(connections.map(health));
		expect(left.filter((answer) => answer.includes(" 200 ")).length).toBeGreaterThan(0);
		for (let time = 0; time < 4; time++) {
			expect((await fresh("/graphql", { query: typed })).text).toContain("18.5");
		}

		// The one that came back answers without the other.
		const told = (what: RegExp) => server.stderr().match(what)?.length ?? 0;
		await expect.poll(() => told(/"worker":3,.*"msg":"listening"/g), { timeout: 30_000 }).toBe(1);
		process.kill(workers[1] as number, "SIGKILL");
		await expect.poll(() => told(/started again/g), { timeout: 30_000 }).toBe(2);
		expect((await fresh("/graphql", { query: typed })).text).toContain("18.5");
		for (const connection of connections) connection.destroy();
	});

	it("ends all of them when it is told to", async () => {
		await expect.poll(() => server.stderr(), { timeout: 30_000 }).toMatch(/"worker":4,.*"msg":"listening"/);
		const workers = await childrenOf(server.pid);
		expect([await server.stop("SIGTERM"), server.stderr()]).toEqual([0, expect.not.stringContaining("not be closed")]);
		expect(workers.filter(isAlive)).toEqual([]);
	});
});

/** A gateway whose subgraphs do not answer, which needs nothing to start. */
const lonely = {
	...secret,
	FEATUREGRAPH_SUBGRAPH_URLS: ["registry", "models", "serving", "monitoring"]
		.map((name) => `${name}=http://127.0.0.1:1/graphql`)
		.join(","),
	LOG_LEVEL: "silent",
};

describe("a cluster without its primary", () => {
	it("ends", async () => {
		const server = await startServer({ folder: folder.path, args: ["gateway", "--workers", "2"], env: lonely });
		const workers = await childrenOf(server.pid);
		expect(workers.filter(isAlive)).toHaveLength(2);
		await server.stop("SIGKILL");
		await expect.poll(() => workers.filter(isAlive), { timeout: 30_000 }).toEqual([]);
	});
});

describe("a cluster that cannot start", () => {
	it("ends as a whole, and says once why", async () => {
		const taken = await startTaken();
		const { code, stderr } = await failedStart({
			folder: folder.path,
			args: ["gateway", "--workers", "2"],
			env: { ...lonely, PORT: String(taken.port) },
		});
		await taken.close();
		expect(code).toBe(1);
		expect(stderr.match(/Something else listens/g)).toHaveLength(1);
	});

	it("is refused where everything is in one process", async () => {
		const { code, stderr } = await failedStart({ folder: folder.path, args: ["--workers", "2"] });
		expect(code).toBe(1);
		expect(stderr).toMatch(/FEATUREGRAPH_WORKERS[^]*DATABASE_URL[^]*gateway --workers N/);
	});
});

async function connect(url: string): Promise<Socket> {
	const { hostname, port } = new URL(url);
	const socket = createConnection({ host: hostname, port: Number(port) });
	socket.on("error", () => undefined);
	await once(socket, "connect");
	return socket;
}

/** What is answered; `closed` where nothing is, however the connection ended. */
async function health(connection: Socket): Promise<string> {
	if (connection.closed) return "closed";
	const answered = once(connection, "data").then(([head]) => String(head));
	const closed = once(connection, "close").then(() => "closed");
	connection.write("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
	return Promise.race([answered, closed]).catch(() => "closed");
}

async function childrenOf(pid: number): Promise<number[]> {
	const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
	return children.split(" ").filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
}

async function startTaken(): Promise<{ readonly port: number; close(): Promise<void> }> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	return {
		port: typeof address === "object" && address !== null ? address.port : 0,
		close: () => new Promise((resolve) => void server.close(() => resolve())),
	};
}
