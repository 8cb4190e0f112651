import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { startRedis, type TestRedis } from "./redis.ts";

const slots = 16_384;
const deadlineMs = 30_000;
/** How long a node is silent until the others take it for dead. */
const nodeTimeoutMs = 1_000;

export interface ClusterNode extends TestRedis {
	readonly id: string;
	/** To ask the node itself. */
	readonly admin: Redis;
}

/** A real cluster of one's own, on loopback: `redis-server` processes that end with it. */
export interface TestRedisCluster {
	/** All nodes, as `REDIS_URL` takes them. */
	readonly url: string;
	/** The slots are dealt out among them, in order. */
	readonly primaries: readonly ClusterNode[];
	/** One of each primary, in the same order, or none. */
	readonly replicas: readonly ClusterNode[];
	stop(): Promise<void>;
}

/** Starts primaries, each with a replica where `replicated`, and resolves when every node sees all of them. */
export async function startRedisCluster({
	primaries: count = 3,
	replicated = false,
}: {
	readonly primaries?: number;
	readonly replicated?: boolean;
} = {}): Promise<TestRedisCluster> {
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-cluster-"));
	const started: ClusterNode[] = [];
	const stop = async (): Promise<void> => {
		for (const { admin } of started) admin.disconnect();
		await Promise.all(started.map((node) => node.stop()));
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const busPorts = new Map<ClusterNode, number>();
		for (let i = 0; i < (replicated ? 2 : 1) * count; i++) {
			const busPort = await freePort();
			const node = await startNode(await mkdtemp(join(folder, "node-")), busPort);
			started.push(node);
			busPorts.set(node, busPort);
		}
		const [primaries, replicas] = [started.slice(0, count), started.slice(count)];
		for (const [i, { admin }] of primaries.entries()) {
			const [first, next] = [Math.round((i * slots) / count), Math.round(((i + 1) * slots) / count)];
			await admin.cluster("ADDSLOTSRANGE", first, next - 1);
			// Epochs that meet would have to be settled first.
			await admin.cluster("SET-CONFIG-EPOCH", i + 1);
		}
		const [first, ...others] = started as [ClusterNode, ...ClusterNode[]];
		for (const node of others) {
			await first.admin.cluster("MEET", "127.0.0.1", node.port, busPorts.get(node) as number);
		}
		await until("every node knows the others", () => everySees(started, started.length, "myself|master"));
		for (const [i, { admin }] of replicas.entries()) {
			await admin.cluster("REPLICATE", (primaries[i] as ClusterNode).id);
		}
		await until("the cluster is up", () => isUp(started, replicas));
		return { url: started.map(({ url }) => url).join(","), primaries, replicas, stop };
	} catch (error) {
		await stop();
		throw error;
	}
}

async function startNode(folder: string, busPort: number): Promise<ClusterNode> {
	const settings = {
		"cluster-enabled": "yes",
		"cluster-port": busPort,
		"cluster-node-timeout": nodeTimeoutMs,
		"cluster-require-full-coverage": "no",
	};
	const server = await startRedis([
		...Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
		...[
			"--dir",
			folder,
			"--cluster-replica-validity-factor",
			"0",
			"--repl-diskless-sync-delay",
			"0",
			"--repl-ping-replica-period",
			"1",
		],
	]);
	const admin = new Redis(server.url);
	admin.on("error", () => undefined);
	return { ...server, id: await admin.cluster("MYID"), admin };
}

/** Waits until `holds`, looking again and again. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
	const deadline = performance.now() + deadlineMs;
	while (!(await holds())) {
		if (performance.now() > deadline) throw new Error(`Not within ${deadlineMs} ms: ${what}`);
		await sleep(25);
	}
}

async function everySees(nodes: readonly ClusterNode[], count: number, kind: string): Promise<boolean> {
	const pattern = new RegExp(`^[0-9a-f]{40} \\S+ (?:${kind})\\b`, "gm");
	const seen = await Promise.all(nodes.map(async ({ admin }) => (await admin.cluster("NODES")) as string));
	return seen.every((lines) => (lines.match(pattern) ?? []).length === count && !/handshake|fail/.test(lines));
}

async function isUp(nodes: readonly ClusterNode[], replicas: readonly ClusterNode[]): Promise<boolean> {
	const states = await Promise.all(nodes.map(async ({ admin }) => await admin.cluster("INFO")));
	if (!states.every((state) => state.includes("cluster_state:ok"))) return false;
	if (replicas.length === 0) return true;
	const links = await Promise.all(replicas.map(({ admin }) => admin.info("replication")));
	if (!links.every((link) => link.includes("master_link_status:up"))) return false;
	// A replica is told of once gossip says how far it is.
	const told = await Promise.all(nodes.map(async ({ admin }) => (await admin.cluster("SLOTS")) as unknown[][]));
	return told.every((ranges) => ranges.every(([, , , replica]) => replica !== undefined));
}
