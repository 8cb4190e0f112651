/**
 * Online reads through the gateway over HTTP, with Redis behind them, against bare Fastify with one MGET: one process
 * each, the same Redis, ten doubles a row, turns taken within the run. Times include HTTP on loopback.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { Redis } from "ioredis";
import { freePort } from "../test/support/free-port.ts";
import { startRedis } from "../test/support/redis.ts";
import type { Benchmark } from "./result.ts";

const entityCount = 10_000;
const featureNames = Array.from({ length: 10 }, (_, index) => `f${index}`);
const rowsPerPush = 5_000;
const secondsEach = 3;
const rounds = 2;

const definitions = `
entities: { item: { joinKeys: { item: int64 } } }
sources:
  pushed:
    push: {}
    eventTime: at
    columns: { item: int64, at: timestamp, ${featureNames.map((name) => `${name}: float64`).join(", ")} }
views:
  item_stats:
    entities: [item]
    source: pushed
    features: { ${featureNames.map((name) => `${name}: float64`).join(", ")} }
`;

const generic =
	'query ($rows: [EntityRow!]!) { onlineFeatures(select: {features: ["item_stats:*"]}, entities: $rows) { columns { name values statuses } } }';
const typed = `query ($id: Int64!) { entities { item(item: $id) { features { itemStats { ${featureNames.join(" ")} } } } } }`;

interface Shot {
	readonly path: string;
	readonly body: unknown;
}

export const run: Benchmark = async () => {
	const home = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const redis = await startRedis();
	const [port, barePort] = [await freePort(), await freePort()];
	const server = start("app/main.ts", [], {
		PORT: String(port),
		FEATUREGRAPH_HOME: home,
		REDIS_URL: redis.url,
		LOG_LEVEL: "error",
	});
	const bare = start("bench/servers/bare.ts", [String(barePort), redis.url], {});
	const url = `http://127.0.0.1:${port}`;
	try {
		await Promise.all([ready(server), ready(bare)]);
		await fill(url);
		await fillBare(redis.url);
		const ids = (count: number) => Array.from({ length: count }, (_, index) => String(index * 7));
		const shots = {
			bare1: { path: `http://127.0.0.1:${barePort}/read`, body: { ids: ids(1) } },
			generic1: {
				path: `${url}/graphql`,
				body: { query: generic, variables: { rows: ids(1).map((item) => ({ item })) } },
			},
			typed1: { path: `${url}/graphql`, body: { query: typed, variables: { id: "7" } } },
			bare100: { path: `http://127.0.0.1:${barePort}/read`, body: { ids: ids(100) } },
			generic100: {
				path: `${url}/graphql`,
				body: { query: generic, variables: { rows: ids(100).map((item) => ({ item })) } },
			},
		} satisfies Record<string, Shot>;
		return { name: "online-read", ...summarize(await measure(shots)) };
	} finally {
		await Promise.all([end(server), end(bare)]);
		await redis.stop();
		await rm(home, { recursive: true, force: true });
	}
};

interface Measured {
	readonly perSecond: number;
	readonly p50Ms: number;
	readonly p99Ms: number;
}

/** One connection for latency, sixteen for throughput; the best round of each counts, all taking turns. */
async function measure(shots: Readonly<Record<string, Shot>>): Promise<ReadonlyMap<string, Measured>> {
	const best = new Map<string, Measured>();
	for (let round = 0; round < rounds; round++) {
		for (const connections of [1, 16]) {
			for (const [name, { path, body }] of Object.entries(shots)) {
				const result = await autocannon({
					url: path,
					method: "POST",
					headers: { "content-type": "application/json" },
					body: JSON.stringify(body),
					connections,
					duration: secondsEach,
				});
				if (result.non2xx + result.errors > 0) throw new Error(`${name}: ${result.non2xx + result.errors} failed`);
				const key = `${name}.${connections}`;
				process.stderr.write(`${key}: ${result.requests.average}/s, p99 ${result.latency.p99} ms\n`);
				const measured = { perSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
				if (measured.perSecond > (best.get(key)?.perSecond ?? 0)) best.set(key, measured);
			}
		}
	}
	return best;
}

function summarize(measured: ReadonlyMap<string, Measured>) {
	const figures: Record<string, number> = {};
	for (const [name, { perSecond, p50Ms, p99Ms }] of measured) {
		figures[`${name}.requestsPerSecond`] = perSecond;
		figures[`${name}.p50Ms`] = p50Ms;
		figures[`${name}.p99Ms`] = p99Ms;
	}
	const ratio = (name: string, limit: string) =>
		Number(((measured.get(name)?.perSecond ?? 0) / (measured.get(limit)?.perSecond ?? Number.NaN)).toFixed(3));
	return {
		figures,
		ratios: {
			"generic 1 row, of bare": ratio("generic1.16", "bare1.16"),
			"typed 1 row, of bare": ratio("typed1.16", "bare1.16"),
			"generic 100 rows, of bare": ratio("generic100.16", "bare100.16"),
		},
		goals: { "generic 1 row, of bare": 0.25, "typed 1 row, of bare": 0.25, "generic 100 rows, of bare": 0.25 },
	};
}

async function fill(url: string): Promise<void> {
	await post(url, "mutation ($input: DefinitionsInput!) { apply(input: $input) { userErrors { message } } }", {
		input: { files: [{ path: "bench.yaml", content: definitions }] },
	});
	const at = new Date(Date.now() - 60_000).toISOString();
	for (let first = 0; first < entityCount; first += rowsPerPush) {
		const rows = Array.from({ length: rowsPerPush }, (_, index) => ({
			item: String(first + index),
			at,
			...Object.fromEntries(featureNames.map((name) => [name, Math.random()])),
		}));
		await post(url, "mutation ($input: PushInput!) { push(input: $input) { accepted userErrors { message } } }", {
			input: { into: { source: "pushed" }, rows },
		});
	}
}

async function fillBare(url: string): Promise<void> {
	const client = new Redis(url);
	const pairs = Array.from({ length: entityCount }, (_, id) => [
		`bare:${id}`,
		Buffer.from(Float64Array.from(featureNames, () => Math.random()).buffer),
	]);
	await client.mset(pairs.flat());
	await client.quit();
}

async function post(url: string, query: string, variables: unknown): Promise<void> {
	const response = await fetch(`${url}/graphql`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ query, variables }),
	});
	const answer = (await response.json()) as { errors?: unknown; data?: Record<string, { userErrors: unknown[] }> };
	const userErrors = Object.values(answer.data ?? {}).flatMap((payload) => payload.userErrors);
	if (answer.errors !== undefined || userErrors.length > 0) throw new Error(JSON.stringify(answer));
}

function start(program: string, args: readonly string[], env: Readonly<Record<string, string>>): ChildProcess {
	const path = fileURLToPath(new URL(`../${program}`, import.meta.url));
	return spawn(process.execPath, [path, ...args], {
		env: { ...process.env, ...env },
		stdio: ["ignore", "pipe", "inherit"],
	});
}

/** Both say so on stdout. */
async function ready(child: ChildProcess): Promise<void> {
	if (child.stdout === null) throw new Error("no output to wait for");
	await once(child.stdout, "data");
	child.stdout.resume();
}

async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null) return;
	child.kill("SIGTERM");
	await once(child, "exit");
}
