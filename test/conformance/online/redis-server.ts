import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Under CI a machine without Redis is a failure, elsewhere a reason to skip. */
export const skipRedis = process.env["CI"] !== "true" && spawnSync("redis-server", ["--version"]).error !== undefined;

export interface RedisServer {
	readonly port: number;
	readonly pid: number;
	readonly url: string;
	stop(): Promise<void>;
}

export interface RedisServerOptions {
	/** The port of an earlier one, to come back on. */
	readonly port?: number;
	readonly more?: readonly string[];
}

/** A real Redis on a free loopback port, which keeps nothing. */
export async function startRedis({ port: given, more = [] }: RedisServerOptions = {}): Promise<RedisServer> {
	const port = given ?? (await freePort());
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-redis-"));
	const options = ["--bind", "127.0.0.1", "--port", `${port}`, "--save", "", "--appendonly", "no", "--dir", folder];
	const server = spawn("redis-server", [...options, ...more], { stdio: ["ignore", "pipe", "ignore"] });
	const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.once("exit", () => reject(new Error("redis-server ended while it started")));
		server.stdout.on("data", (chunk: Buffer) => {
			if (chunk.includes("Ready to accept connections")) resolve();
		});
	});
	return {
		port,
		pid: server.pid as number,
		url: `redis://127.0.0.1:${port}`,
		async stop() {
			server.kill("SIGKILL");
			await exited;
			await rm(folder, { recursive: true, force: true });
		},
	};
}

export function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() =>
				address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
			);
		});
	});
}
