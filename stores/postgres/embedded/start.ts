import { chown, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import type { Logger } from "../../../core/ports/logger.ts";
import { postgresBinaries } from "./binaries.ts";
import { ensureCluster, superuser } from "./cluster.ts";
import { lockDirectory } from "./directory-lock.ts";
import { endLeftoverServer } from "./leftover-server.ts";
import { type Postmaster, type PostmasterOptions, startPostmaster } from "./postmaster.ts";
import { type ServerUser, serverUser } from "./server-user.ts";
import { embeddedSettings } from "./settings.ts";

export interface EmbeddedPostgresOptions {
	/** A folder of the launcher's own: it holds the cluster, its lock and its password. Made where missing. */
	readonly dataDir: string;
	/** Listens on 127.0.0.1 too, with a password. Without it: on a socket that only this user (and root) can reach. */
	readonly port?: number;
	/** Made where missing. */
	readonly database?: string;
	/** Over the defaults of settings.ts. */
	readonly settings?: Readonly<Record<string, string>>;
	readonly logger: Logger;
}

export interface EmbeddedPostgres {
	/** Connection string of the database. Holds a password where a port was asked for: not for logs. */
	readonly url: string;
	/** Process id of the server as it runs now; it is started anew when it dies. */
	pid(): number;
	/** Fast shutdown; resolves when the folder is free again. */
	stop(): Promise<void>;
}

const socketPrefix = "featuregraph-sockets-";
const mostRestarts = 5;
const restartWindowMs = 60_000;

/**
 * Starts a PostgreSQL server of our own on a folder. CONFIGURATION_INVALID when another process holds the folder (it
 * is named), the port is taken, or no binary runs on this machine.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
	const { logger, database = "featuregraph" } = options;
	const folder = resolve(options.dataDir);
	await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
	const lock = lockDirectory(folder);
	let socketFolder: string | undefined;
	const release = async (): Promise<void> => {
		if (socketFolder !== undefined) await rm(socketFolder, { recursive: true, force: true });
		lock.release();
	};
	try {
		const cluster = join(folder, "cluster");
		const passwordFile = join(folder, "password");
		const [binaries, user] = await Promise.all([postgresBinaries(), serverUser(cluster)]);
		const sync = options.settings?.["fsync"] !== "off";
		await ensureCluster(cluster, { binaries, user, passwordFile, sync });
		await removeSockets(await endLeftoverServer(cluster, logger));
		socketFolder = process.platform === "win32" ? undefined : await makeSocketFolder(user);
		const password = (await readFile(passwordFile, "utf8")).trim();
		const port = options.port ?? (socketFolder === undefined ? await freePort() : undefined);
		const admin = (name: string): string => connectionString({ socketFolder, port, password, database: name });
		const start: PostmasterOptions = {
			binaries,
			cluster,
			user,
			socketFolder,
			logger,
			url: admin("postgres"),
			settings: {
				...embeddedSettings,
				...options.settings,
				listen_addresses: port === undefined ? "" : "127.0.0.1",
				unix_socket_directories: socketFolder ?? "",
				unix_socket_permissions: "0700",
				...(port === undefined ? {} : { port: String(port) }),
			},
		};
		const server = await supervise(start);
		try {
			await prepare(admin("postgres"), database, port === undefined ? undefined : password);
		} catch (error) {
			await server.stop();
			throw error;
		}
		return {
			url: port === undefined ? admin(database) : connectionString({ port, password, database }),
			pid: server.pid,
			async stop() {
				await server.stop();
				await release();
			},
		};
	} catch (error) {
		await release();
		throw error;
	}
}

/** Keeps the server running: one that dies by itself is started anew, unless it dies again and again. */
async function supervise(start: PostmasterOptions): Promise<{ pid(): number; stop(): Promise<void> }> {
	let current: Postmaster = await startPostmaster(start);
	let stopping = false;
	let restarting: Promise<void> = Promise.resolve();
	const restarts: number[] = [];
	const watch = (): void => {
		void current.exited.then(() => {
			if (!stopping) restarting = restart();
		});
	};
	const restart = async (): Promise<void> => {
		start.logger.error({ pid: current.pid }, "the embedded PostgreSQL ended by itself; starting it anew");
		const now = performance.now();
		restarts.push(now);
		while ((restarts[0] ?? now) < now - restartWindowMs) restarts.shift();
		if (restarts.length > mostRestarts) {
			start.logger.error({}, "the embedded PostgreSQL keeps ending; giving up until the next start");
			return;
		}
		try {
			await sleep(50 * restarts.length);
			await endLeftoverServer(start.cluster, start.logger);
			current = await startPostmaster(start);
			watch();
		} catch (error) {
			start.logger.error({ err: error }, "the embedded PostgreSQL could not be started anew");
		}
	};
	watch();
	return {
		pid: () => current.pid,
		async stop() {
			stopping = true;
			await restarting;
			await current.stop();
		},
	};
}

async function prepare(url: string, database: string, password: string | undefined): Promise<void> {
	const client = new Client({ connectionString: url });
	await client.connect();
	try {
		if (password !== undefined) {
			await client.query(`ALTER ROLE ${escapeIdentifier(superuser)} PASSWORD ${escapeLiteral(password)}`);
		}
		const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [database]);
		if (rowCount === 0) await client.query(`CREATE DATABASE ${escapeIdentifier(database)}`);
	} finally {
		await client.end();
	}
}

function connectionString(to: {
	readonly socketFolder?: string | undefined;
	readonly port: number | undefined;
	readonly password: string;
	readonly database: string;
}): string {
	const database = encodeURIComponent(to.database);
	const port = to.port === undefined ? "" : `:${to.port}`;
	if (to.socketFolder !== undefined) {
		return `postgresql://${superuser}@localhost${port}/${database}?host=${encodeURIComponent(to.socketFolder)}`;
	}
	return `postgresql://${superuser}:${encodeURIComponent(to.password)}@127.0.0.1${port}/${database}`;
}

/** Short, since the path of a socket has at most 107 bytes, and closed to other users. */
async function makeSocketFolder(user: ServerUser | undefined): Promise<string> {
	const parent = user !== undefined || Buffer.byteLength(tmpdir()) > 60 ? "/tmp" : tmpdir();
	const folder = await mkdtemp(join(parent, socketPrefix));
	if (user !== undefined) await chown(folder, user.uid, user.gid);
	return folder;
}

/** Only what `makeSocketFolder` made. */
async function removeSockets(folder: string | undefined): Promise<void> {
	if (folder !== undefined && basename(folder).startsWith(socketPrefix))
		await rm(folder, { recursive: true, force: true });
}

function freePort(): Promise<number> {
	return new Promise((resolvePort, reject) => {
		const probe = createServer();
		probe.once("error", reject);
		probe.listen(0, "127.0.0.1", () => {
			const address = probe.address();
			probe.close(() => resolvePort(typeof address === "object" && address !== null ? address.port : 0));
		});
	});
}
