import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { postgresBinaries } from "../../../stores/postgres/embedded/binaries.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../../stores/postgres/embedded/start.ts";
import { freePort } from "../../support/free-port.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const launcher = fileURLToPath(new URL("../../support/embedded-postgres.ts", import.meta.url));
const isRoot = process.getuid?.() === 0;
const settings = { fsync: "off" };

async function query<T>(url: string, text: string): Promise<T[]> {
	const client = new Client({ connectionString: url });
	client.on("error", () => {});
	await client.connect();
	try {
		return (await client.query(text)).rows as T[];
	} finally {
		await client.end();
	}
}

const isAlive = (pid: number): boolean => {
	try {
		return process.kill(pid, 0);
	} catch {
		return false;
	}
};

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 500; tries++) {
		if (await condition()) return;
		await sleep(20);
	}
	throw new Error("waited 10 s in vain");
}

describe("the embedded PostgreSQL", () => {
	let folder: string;
	const running: EmbeddedPostgres[] = [];
	const children: ChildProcess[] = [];

	const start = async (options: { port?: number } = {}): Promise<EmbeddedPostgres> => {
		const server = await startEmbeddedPostgres({ dataDir: folder, settings, logger: silentLogger, ...options });
		running.push(server);
		return server;
	};
	const refusal = async (options: { port?: number } = {}): Promise<FeaturegraphError> => {
		const error: unknown = await start(options).catch((thrown: unknown) => thrown);
		expect(error).toBeInstanceOf(FeaturegraphError);
		return error as FeaturegraphError;
	};
	/** Another process that starts a server on the folder and holds it. */
	const startElsewhere = async (user: object = {}): Promise<{ child: ChildProcess; pid: number; url: string }> => {
		const child = spawn(process.execPath, [launcher, folder], { stdio: ["ignore", "pipe", "inherit"], ...user });
		children.push(child);
		for await (const line of createInterface({ input: child.stdout })) {
			return { child, ...(JSON.parse(line) as { pid: number; url: string }) };
		}
		throw new Error("the launcher ended early");
	};
	const gone = (child: ChildProcess): Promise<unknown> =>
		new Promise((resolve) =>
			(child.exitCode ?? child.signalCode) === null ? child.once("exit", resolve) : resolve(0),
		);

	beforeEach(async () => {
		// As mktemp makes it: closed to all others, the user that the server runs as among them.
		folder = join(await mkdtemp(join(tmpdir(), "featuregraph-embedded-")), "closed", "postgres");
	});

	afterEach(async () => {
		await Promise.all(running.splice(0).map((server) => server.stop()));
		for (const child of children.splice(0)) child.kill("SIGKILL");
		await rm(join(folder, "..", ".."), { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
	});

	it("keeps what was written over a restart, and listens on no port", async () => {
		const first = await start();
		await query(first.url, "CREATE TABLE t AS SELECT 1 AS x");
		expect(await query(first.url, "SELECT current_setting('listen_addresses') AS a, current_user AS u")).toEqual([
			{ a: "", u: "postgres" },
		]);
		await first.stop();
		expect(isAlive(first.pid())).toBe(false);
		const before = performance.now();
		const second = await start();
		expect(performance.now() - before).toBeLessThan(6000);
		expect(await query(second.url, "SELECT x FROM t")).toEqual([{ x: 1 }]);
	});

	it("is durable unless told otherwise", async () => {
		const server = await startEmbeddedPostgres({ dataDir: folder, logger: silentLogger });
		running.push(server);
		const [row] = await query<{ all: string }>(
			server.url,
			"SELECT concat_ws(' ', current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')) AS all",
		);
		expect(row?.all).toBe("on on on");
	});

	it("refuses a folder that another process holds, and names it", async () => {
		const { child } = await startElsewhere();
		const error = await refusal();
		expect(error.code).toBe("CONFIGURATION_INVALID");
		expect(error.message).toContain(`in use by process ${child.pid}`);
		expect(error.details.hint).toContain("FEATUREGRAPH_HOME");
	});

	it("refuses a second start within one process too", async () => {
		await start();
		expect((await refusal()).message).toContain(`in use by process ${process.pid}`);
	});

	it("asks for a password on a port", async () => {
		const port = await freePort();
		const { url } = await start({ port });
		expect(new URL(url).port).toBe(String(port));
		expect(await query(url, "SELECT 1 AS x")).toEqual([{ x: 1 }]);
		await expect(query(`postgresql://postgres:wrong@127.0.0.1:${port}/featuregraph`, "SELECT 1")).rejects.toThrow(
			/password authentication failed/,
		);
	});

	it("says that a port is taken, and frees the folder", async () => {
		const other = createServer();
		const port = await freePort();
		await new Promise<void>((resolve) => other.listen(port, "127.0.0.1", resolve));
		const error = await refusal({ port });
		expect(error.code).toBe("CONFIGURATION_INVALID");
		expect(error.message).toContain(`Port ${port} is in use`);
		await new Promise((resolve) => other.close(resolve));
		await start({ port });
	});

	it("does not outlive its process, and leaves a folder that starts again", async () => {
		const { child, pid, url } = await startElsewhere();
		await query(url, "CREATE TABLE t AS SELECT 7 AS x");
		const sockets = new URL(url).searchParams.get("host") ?? "";
		child.kill("SIGKILL");
		await gone(child);
		await until(() => !isAlive(pid) && !existsSync(sockets));
		const server = await start();
		expect(await query(server.url, "SELECT x FROM t")).toEqual([{ x: 7 }]);
	});

	it("takes a folder over from a server that is still there", async () => {
		const { child, pid, url } = await startElsewhere();
		await query(url, "CREATE TABLE t AS SELECT 7 AS x");
		// A session that works on keeps nobody out.
		const busy = new Client({ connectionString: url });
		busy.on("error", () => {});
		await busy.connect();
		const sleeping = busy.query("SELECT pg_sleep(60)").catch(() => {});
		// The guard would end the server at once: stop it from doing so.
		for (const guard of await guardsOf(pid)) process.kill(guard, "SIGKILL");
		child.kill("SIGKILL");
		await gone(child);
		expect(isAlive(pid)).toBe(true);
		const server = await start();
		expect(await query(server.url, "SELECT x FROM t")).toEqual([{ x: 7 }]);
		await sleeping;
		expect(existsSync(new URL(url).searchParams.get("host") ?? "")).toBe(false);
		await until(() => !isAlive(pid));
	});

	it("starts the server anew when that is killed", async () => {
		const server = await start();
		await query(server.url, "CREATE TABLE t AS SELECT 7 AS x");
		await query(server.url, "CHECKPOINT");
		const killed = server.pid();
		process.kill(killed, "SIGKILL");
		await until(() => server.pid() !== killed);
		expect(await query(server.url, "SELECT x FROM t")).toEqual([{ x: 7 }]);
	});

	it("is not misled by a process id that another program has by now", async () => {
		await (await start()).stop();
		const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
		const other = spawn("sleep", ["60"], { cwd: "/", stdio: "ignore", ...user });
		children.push(other);
		await writeFile(join(folder, "cluster", "postmaster.pid"), `${other.pid}\n${folder}\n1700000000\n5432\n\n\n`);
		const server = await start();
		expect(await query(server.url, "SELECT 1 AS x")).toEqual([{ x: 1 }]);
		expect(isAlive(other.pid ?? 0)).toBe(true);
	});

	it("makes the database after an initdb that was cut short", async () => {
		await mkdir(join(folder, "cluster.new"), { recursive: true });
		const server = await start();
		expect(await query(server.url, "SELECT 1 AS x")).toEqual([{ x: 1 }]);
		expect(await readdir(folder)).not.toContain("cluster.new");
	});

	it.runIf(isRoot)("runs as nobody under root, even where nobody cannot enter", async () => {
		const server = await start();
		const status = await readFile(`/proc/${server.pid()}/status`, "utf8");
		expect(status).toMatch(/^Uid:\s+65534\s+65534\s/m);
	});

	it.runIf(isRoot)("runs for an ordinary user, who cannot take root's folder", async () => {
		const parent = join(folder, "..");
		await mkdir(parent, { recursive: true });
		await chmod(join(parent, ".."), 0o755);
		await chown(parent, 65_534, 65_534);
		const user = { uid: 65_534, gid: 65_534, env: { PATH: process.env["PATH"], HOME: parent } };
		const { child, url, pid } = await startElsewhere(user);
		expect(await query(url, "SELECT 1 AS x")).toEqual([{ x: 1 }]);
		expect(await readdir(join(parent, ".cache", "featuregraph"))).toHaveLength(1);
		child.kill("SIGTERM");
		await gone(child);
		expect(isAlive(pid)).toBe(false);
	});

	it("copies the programs once, whoever asks at the same time", async () => {
		const cache = join(folder, "cache");
		const found = await Promise.all([1, 2, 3].map(() => postgresBinaries([cache])));
		expect(new Set(found.map(({ postgres }) => postgres)).size).toBe(1);
		expect(await readdir(cache)).toHaveLength(1);
	});

	it("names DATABASE_URL when the programs cannot be unpacked", async () => {
		const file = join(tmpdir(), `featuregraph-no-folder-${process.pid}`);
		await writeFile(file, "");
		await expect(postgresBinaries([file]).finally(() => rm(file))).rejects.toMatchObject({
			code: "CONFIGURATION_INVALID",
			details: { hint: expect.stringContaining("DATABASE_URL") },
		});
	});
});

/** Shells that watch over the server `pid`. */
async function guardsOf(pid: number): Promise<number[]> {
	const found: number[] = [];
	for (const name of await readdir("/proc")) {
		const command = /^\d+$/.test(name) ? await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "") : "";
		if (command.includes(`featuregraph-guard\0${pid}\0`)) found.push(Number(name));
	}
	return found;
}
