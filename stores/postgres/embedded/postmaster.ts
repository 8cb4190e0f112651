import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { noBinaries, type PostgresBinaries } from "./binaries.ts";
import { guardServer } from "./guard.ts";
import { dataDirectoryArgument, type ServerUser } from "./server-user.ts";

const startupMs = 60_000;
/** How long sessions may take to end by themselves. */
const goodbyeMs = 1000;
const shutdownMs = 20_000;
const keptLines = 30;

export interface PostmasterOptions {
	readonly binaries: PostgresBinaries;
	readonly cluster: string;
	readonly user: ServerUser | undefined;
	readonly settings: Readonly<Record<string, string>>;
	/** Undefined where sockets are not to be had. */
	readonly socketFolder: string | undefined;
	/** Where readiness is tried: a connection string. */
	readonly url: string;
	readonly logger: Logger;
}

export interface Postmaster {
	readonly pid: number;
	/** Resolves when the server has ended, by `stop` or by itself. */
	readonly exited: Promise<void>;
	/** Sessions that are closing end by themselves, any others are ended; then everything is on disk. */
	stop(): Promise<void>;
}

/** Starts the server and resolves once it takes connections. */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
	const { binaries, cluster, user } = options;
	const settings = Object.entries(options.settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
	const child = spawn(binaries.postgres, ["-D", dataDirectoryArgument(cluster, user), ...settings], {
		cwd: cluster,
		stdio: ["ignore", "ignore", "pipe"],
		env: {},
		// A process group of its own: Ctrl-C reaches us, and we end the server after our last query.
		detached: true,
		...user,
	});
	const output = followOutput(child, options.logger);
	let running = true;
	let spawnFailure: Error | undefined;
	const exited = new Promise<void>((resolve) => {
		const end = (): void => {
			running = false;
			resolve();
		};
		child.once("exit", end);
		child.once("error", (error) => {
			spawnFailure = error;
			end();
		});
	});
	const dismissGuard = child.pid === undefined ? () => {} : guardServer(child.pid, options.socketFolder, options.user);
	void exited.then(dismissGuard);

	const stop = async (): Promise<void> => {
		if (!running) return;
		// A pool is closed for its client a moment before the server has read the goodbyes of its connections. Ended in
		// between, each would complain in the log, so the smart shutdown goes before the fast one.
		child.kill("SIGTERM");
		const fast = setTimeout(() => child.kill("SIGINT"), goodbyeMs);
		const slow = setTimeout(() => child.kill("SIGQUIT"), shutdownMs);
		await exited;
		clearTimeout(fast);
		clearTimeout(slow);
	};

	const deadline = performance.now() + startupMs;
	while (running && !(await answers(options.url))) {
		if (performance.now() > deadline) {
			await stop();
			throw startFailure(options, [`no answer within ${startupMs / 1000} seconds`, ...output.lines()]);
		}
		await Promise.race([sleep(15), exited]);
	}
	if (spawnFailure !== undefined) throw noBinaries(`its programs do not start (${spawnFailure.message})`);
	if (!running || child.pid === undefined) {
		await output.closed;
		throw startFailure(options, output.lines());
	}
	return { pid: child.pid, exited, stop };
}

async function answers(url: string): Promise<boolean> {
	const client = new Client({ connectionString: url, connectionTimeoutMillis: 2000 });
	client.on("error", () => {});
	try {
		await client.connect();
		await client.query("SELECT 1");
		return true;
	} catch {
		return false;
	} finally {
		await client.end().catch(() => {});
	}
}

function followOutput(child: ChildProcess, logger: Logger): { lines(): readonly string[]; closed: Promise<void> } {
	const kept: string[] = [];
	const { stderr } = child;
	if (stderr === null) return { lines: () => kept, closed: Promise.resolve() };
	const reader = createInterface({ input: stderr });
	const closed = new Promise<void>((resolve) => reader.once("close", resolve));
	reader.on("line", (line) => {
		kept.push(line);
		if (kept.length > keptLines) kept.shift();
		const severe =
			/\b(?:FATAL|PANIC):/.test(line) && !/the database system is (?:starting up|shutting down)/.test(line);
		if (severe) logger.warn({ postgres: line }, "PostgreSQL");
		else logger.debug({ postgres: line }, "PostgreSQL");
	});
	return { lines: () => kept, closed };
}

function startFailure(options: PostmasterOptions, lines: readonly string[]): FeaturegraphError {
	const text = lines.join("\n");
	if (/could not bind .*address|could not create any TCP\/IP sockets/i.test(text)) {
		const port = options.settings["port"] ?? "";
		return new FeaturegraphError("CONFIGURATION_INVALID", `Port ${port} is in use: PostgreSQL cannot listen on it.`, {
			name: port,
			hint: "Choose another port, none at all (a private socket), or set DATABASE_URL to the server that runs there.",
		});
	}
	return new FeaturegraphError(
		"CONFIGURATION_INVALID",
		`The embedded PostgreSQL does not start: ${text || "it ended"}`,
		{
			hint: `Look at its data directory ${options.cluster}, or set DATABASE_URL to a PostgreSQL server.`,
		},
	);
}
