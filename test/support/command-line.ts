import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../cli/featuregraph.ts", import.meta.url));

export interface CommandResult {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface CommandSettings {
	readonly cwd: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly stdin?: string;
}

/** Starts `featuregraph …`, without a terminal. */
export function spawnCommand(args: readonly string[], { cwd, env = {} }: CommandSettings) {
	return spawn(process.execPath, [program, ...args], {
		cwd,
		env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
		stdio: ["pipe", "pipe", "pipe"],
	});
}

/** Runs `featuregraph …` to its end. */
export async function runCommand(args: readonly string[], settings: CommandSettings): Promise<CommandResult> {
	const child = spawnCommand(args, settings);
	child.stdin.end(settings.stdin ?? "");
	const [stdout, stderr, [code]] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
		once(child, "close") as Promise<[number | null]>,
	]);
	return { code, stdout, stderr };
}
