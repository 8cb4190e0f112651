import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chown, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { noBinaries, type PostgresBinaries } from "./binaries.ts";
import { dataDirectoryArgument, type ServerUser } from "./server-user.ts";

/** The superuser of an embedded cluster. */
export const superuser = "postgres";

/**
 * Makes the cluster where there is none yet: in a folder of its own that gets its name when it is whole, so that a
 * process killed half way leaves nothing that looks like a database.
 */
export async function ensureCluster(
	cluster: string,
	options: {
		readonly binaries: PostgresBinaries;
		readonly user: ServerUser | undefined;
		readonly passwordFile: string;
		readonly sync: boolean;
	},
): Promise<void> {
	const { binaries, user } = options;
	const version = await readFile(join(cluster, "PG_VERSION"), "utf8").catch(() => undefined);
	if (version !== undefined) {
		refuseOtherMajor(cluster, version.trim(), binaries.major);
		return;
	}
	const unfinished = `${cluster}.new`;
	await rm(unfinished, { recursive: true, force: true });
	await mkdir(unfinished, { mode: 0o700 });
	if (user !== undefined) await chown(unfinished, user.uid, user.gid);
	await writeFile(options.passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
	await initdb(unfinished, options);
	await rename(unfinished, cluster);
}

function refuseOtherMajor(cluster: string, found: string, expected: string): void {
	if (found === expected) return;
	throw new FeaturegraphError(
		"CONFIGURATION_INVALID",
		`The database folder ${cluster} was made by PostgreSQL ${found}; the embedded one is ${expected}.`,
		{ hint: "Move its content over with pg_dump, or set FEATUREGRAPH_HOME to another folder." },
	);
}

function initdb(
	cluster: string,
	options: {
		readonly binaries: PostgresBinaries;
		readonly user: ServerUser | undefined;
		readonly passwordFile: string;
		readonly sync: boolean;
	},
): Promise<void> {
	const { binaries, user } = options;
	const authentication =
		process.platform === "win32"
			? ["--auth=scram-sha-256", `--pwfile=${options.passwordFile}`]
			: // The socket's folder is closed to other users. TCP gets its password at the first start that asks for a port.
				["--auth-local=trust", "--auth-host=scram-sha-256"];
	const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
	const args = ["-D", dataDirectoryArgument(cluster, user), "-U", superuser, ...authentication, ...locale];
	if (!options.sync) args.push("--no-sync");
	return new Promise((resolve, reject) => {
		const child = spawn(binaries.initdb, args, { cwd: cluster, stdio: ["ignore", "ignore", "pipe"], env: {}, ...user });
		let errors = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			errors = (errors + text).slice(-4000);
		});
		child.on("error", (error) => reject(noBinaries(`its programs do not start (${error.message})`, { cause: error })));
		child.on("close", (code) => {
			if (code === 0) return resolve();
			reject(
				new FeaturegraphError("CONFIGURATION_INVALID", `The database folder could not be made: ${errors.trim()}`, {
					hint: "Check its owner and free space, or set DATABASE_URL to a PostgreSQL server.",
				}),
			);
		});
	});
}
