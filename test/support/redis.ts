import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { component } from "./component.ts";
import { freePort } from "./free-port.ts";

export const redisServer = component("redis-server");

/** A Redis of one's own: empty, in memory. `describe.skipIf(redisServer.missing)` where there is none. */
export interface TestRedis {
	readonly url: string;
	readonly port: number;
	readonly pid: number;
	stop(): Promise<void>;
}

/**
 * Starts a real `redis-server`. `settings` are further arguments: `["--maxmemory", "1mb"]`. With `samePort`, on the
 * port of one that was stopped.
 */
export async function startRedis(settings: readonly string[] = [], samePort?: number): Promise<TestRedis> {
	const port = samePort ?? (await freePort());
	// A file that another left behind would be loaded.
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-redis-"));
	const address = ["--port", String(port), "--bind", "127.0.0.1"];
	const child = spawn(redisServer.path, [...address, "--save", "", "--appendonly", "no", ...settings], {
		// Inherited, it would keep the run's own open where a test was killed.
		stdio: ["ignore", "pipe", "pipe"],
		cwd: folder,
	});
	let output = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			output = (output + text).slice(-2000);
		});
	}
	let running = true;
	const exited = new Promise<void>((resolve, reject) => {
		child.once("error", reject);
		child.once("exit", () => {
			running = false;
			resolve();
		});
	});
	const deadline = performance.now() + 10_000;
	while (!(await answers(port))) {
		if (!running || performance.now() > deadline) {
			child.kill("SIGKILL");
			await rm(folder, { recursive: true, force: true });
			throw new Error(`redis-server does not start: ${output}`);
		}
		await Promise.race([sleep(20), exited]);
	}
	return {
		url: `redis://127.0.0.1:${port}`,
		port,
		pid: child.pid as number,
		async stop() {
			child.kill("SIGKILL");
			await exited;
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function answers(port: number): Promise<boolean> {
	const client = new Redis({ port, host: "127.0.0.1", lazyConnect: true, retryStrategy: () => null });
	client.on("error", () => {});
	try {
		await client.connect();
		return (await client.ping()) === "PONG";
	} catch {
		return false;
	} finally {
		client.disconnect();
	}
}
