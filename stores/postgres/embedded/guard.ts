import { spawn } from "node:child_process";
import type { ServerUser } from "./server-user.ts";

/** $1: the server's process, $2: its socket folder. Standard input ends when the process that holds it does. */
const script = `cat > /dev/null
kill -INT "$1" 2> /dev/null
tries=0
while kill -0 "$1" 2> /dev/null && [ "$tries" -lt 600 ]; do sleep 0.1; tries=$((tries + 1)); done
rm -rf "$2"`;

/**
 * Stops the server when this process ends without doing so, by kill -9 for one. Returns how to dismiss the guard.
 * Where there is no shell, the next start ends what was left.
 */
export function guardServer(pid: number, socketFolder: string | undefined, user: ServerUser | undefined): () => void {
	if (socketFolder === undefined) return () => {};
	const guard = spawn("/bin/sh", ["-c", script, "featuregraph-guard", String(pid), socketFolder], {
		stdio: ["pipe", "ignore", "ignore"],
		detached: true,
		cwd: "/",
		...user,
	});
	guard.on("error", () => {});
	return () => void guard.kill("SIGKILL");
}
