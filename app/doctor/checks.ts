import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Pool } from "pg";
import { signingKeys } from "../../core/access/signed-request.ts";
import { sdlHash } from "../../core/federation/sdl-hash.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { defaultLimits } from "../../gateway/limits.ts";
import { Planner } from "../../gateway/plan/planner.ts";
import { requestSigner } from "../../gateway/transport/http/request-signer.ts";
import { connectKafkaBus } from "../../stores/bus/kafka-bus.ts";
import { openLmdbOnlineStore } from "../../stores/online/lmdb/lmdb-online-store.ts";
import { openRedisOnlineStore } from "../../stores/online/redis/redis-online-store.ts";
import { openDatabase } from "../../stores/postgres/database.ts";
import { startEmbeddedPostgres } from "../../stores/postgres/embedded/start.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { serviceSdl } from "../processes/service-sdl.ts";
import { systemClock } from "../system-clock.ts";

export interface Check {
	readonly name: string;
	readonly ok: boolean;
	readonly detail: string;
}

const deadlineMs = 10_000;
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/**
 * Tries each connection as the server would use it. Where the server runs already it holds the embedded stores: then
 * its own readiness is asked instead.
 */
export async function checkConnections(configuration: Configuration): Promise<Check[]> {
	const server = await serverState(configuration);
	const checks: Check[] = [server.check, await check("query planner", tryPlanner)];
	const subgraphs = Object.entries(configuration.subgraphUrls);
	for (const [name, url] of subgraphs) {
		checks.push(await check(`subgraph ${name}`, () => trySubgraph(configuration, name, url)));
	}
	// A gateway of its own has no stores, unless it runs a subgraph itself.
	const embeds = !server.runs && subgraphs.length === 0;
	if (configuration.databaseUrl !== null || embeds)
		checks.push(await check("database", () => tryDatabase(configuration)));
	if (configuration.redisUrl !== null || embeds)
		checks.push(await check("online store", () => tryOnline(configuration)));
	if (configuration.kafkaBrokers !== null) checks.push(await check("event bus", () => tryKafka(configuration)));
	for (const [name, url] of Object.entries(configuration.connections)) {
		checks.push(await check(`connection ${name}`, () => trySource(url)));
	}
	return checks;
}

async function serverState({ host, port }: Configuration): Promise<{ readonly runs: boolean; readonly check: Check }> {
	const name = "server";
	const address = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
	try {
		const response = await fetch(`${address}/ready`, { signal: AbortSignal.timeout(deadlineMs) });
		const detail = response.ok
			? `ready at ${address}`
			: `${address}/ready answers ${response.status}: ${await response.text()}`;
		return { runs: true, check: { name, ok: response.ok, detail } };
	} catch {
		return { runs: false, check: { name, ok: true, detail: `nothing listens at ${address}: \`npm start\` can` } };
	}
}

async function tryPlanner(): Promise<string> {
	const planner = new Planner(defaultLimits, silent);
	try {
		await planner.load(await readFile(new URL("../../schema/supergraph.graphql", import.meta.url), "utf8"));
		return `runs on ${process.platform}-${process.arch}`;
	} finally {
		await planner.close();
	}
}

async function trySubgraph({ subgraphSecrets }: Configuration, name: string, url: string): Promise<string> {
	const [key] = signingKeys(subgraphSecrets);
	if (key === undefined) throw new Error("FEATUREGRAPH_SUBGRAPH_SECRET is not set: it answers signed requests alone");
	const sdl = await serviceSdl(name, url, requestSigner(key, { subgraph: name }))();
	return `tells its schema, ${sdlHash(sdl).slice(0, 12)}`;
}

async function tryDatabase({ databaseUrl, home }: Configuration): Promise<string> {
	const embedded =
		databaseUrl === null ? await startEmbeddedPostgres({ dataDir: join(home, "postgres"), logger: silent }) : null;
	try {
		const database = openDatabase({ url: databaseUrl ?? embedded?.url ?? "", maxConnections: 1, logger: silent });
		try {
			await database.ping();
			const { rows } = await database.pool.query<{ server_version: string }>("SHOW server_version");
			return `PostgreSQL ${rows[0]?.server_version ?? "?"}${embedded === null ? "" : ", embedded"}`;
		} finally {
			await database.close();
		}
	} finally {
		await embedded?.stop();
	}
}

async function tryOnline({ redisUrl, home, limits }: Configuration): Promise<string> {
	const store =
		redisUrl === null
			? openLmdbOnlineStore({ path: join(home, "online"), clock: systemClock() })
			: openRedisOnlineStore({ url: redisUrl, commandTimeoutMs: limits.onlineCommandMillis, logger: null });
	try {
		await store.ping();
		return `${store.name} answers`;
	} finally {
		await store.close();
	}
}

async function tryKafka({ kafkaBrokers }: Configuration): Promise<string> {
	const bus = await connectKafkaBus({ brokers: kafkaBrokers ?? [], logger: silent });
	try {
		await bus.ping();
		return "Kafka answers";
	} finally {
		await bus.close();
	}
}

async function trySource(connectionString: string): Promise<string> {
	const pool = new Pool({ connectionString, max: 1, connectionTimeoutMillis: deadlineMs });
	try {
		await pool.query("SELECT 1");
		return "answers";
	} finally {
		await pool.end();
	}
}

async function check(name: string, attempt: () => Promise<string>): Promise<Check> {
	const late = AbortSignal.timeout(deadlineMs);
	const deadline = new Promise<never>((_, reject) => {
		late.addEventListener("abort", () => reject(new Error(`no answer within ${deadlineMs / 1000} s`)), { once: true });
	});
	try {
		return { name, ok: true, detail: await Promise.race([attempt(), deadline]) };
	} catch (error) {
		return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
	}
}
