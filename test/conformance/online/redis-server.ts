import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface RedisServer {
	readonly port: number;
	readonly url: string;
	stop(): Promise<void>;
}

/** A real Redis on a free loopback port, which keeps nothing. */
export async function startRedis(...more: string[]): Promise<RedisServer> {
	const port = await freePort();
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
		url: `redis://127.0.0.1:${port}`,
		async stop() {
			server.kill("SIGKILL");
			await exited;
			await rm(folder, { recursive: true, force: true });
		},
	};
}

function freePort(): Promise<number> {
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
