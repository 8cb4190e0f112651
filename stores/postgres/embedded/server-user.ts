import { stat } from "node:fs/promises";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

/** Who the server runs as: PostgreSQL refuses to run as root. Undefined: the user of this process. */
export interface ServerUser {
	readonly uid: number;
	readonly gid: number;
}

const nobody: ServerUser = { uid: 65_534, gid: 65_534 };

/** The owner of an existing cluster; for a new one `nobody` under root, else the user of this process. */
export async function serverUser(cluster: string): Promise<ServerUser | undefined> {
	const uid = process.getuid?.();
	if (uid === undefined) return undefined;
	const owner = await stat(cluster).catch(() => undefined);
	if (uid === 0) return owner === undefined || owner.uid === 0 ? nobody : { uid: owner.uid, gid: owner.gid };
	if (owner !== undefined && owner.uid !== uid) {
		throw new FeaturegraphError(
			"CONFIGURATION_INVALID",
			`The database folder ${cluster} belongs to user ${owner.uid}; this process is user ${uid}.`,
			{ hint: "Start as the user who made it, or set FEATUREGRAPH_HOME to another folder." },
		);
	}
	return undefined;
}

/**
 * How the server names its own data directory. Under root the parents of the folder may be closed to the server's user
 * (a clone under /root, a folder of mktemp), but the working directory it is started in stays open to it.
 */
export const dataDirectoryArgument = (cluster: string, user: ServerUser | undefined): string =>
	user !== undefined && process.platform === "linux" ? "/proc/self/cwd" : cluster;
