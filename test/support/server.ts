import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../app/main.ts", import.meta.url));

export interface TestServer {
	/** `http://127.0.0.1:4000`. */
	readonly url: string;
	readonly pid: number;
	/** What it has written to stderr: log lines and failures. */
	stderr(): string;
	/** Sends the signal and waits for the end: the exit code, or the signal that ended it. */
	stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

export interface ServerSettings {
	/** Where it runs and, unless FEATUREGRAPH_HOME says otherwise, keeps its data. */
	readonly folder: string;
	readonly env?: Readonly<Record<string, string>>;
	/** The role, by default everything. */
	readonly args?: readonly string[];
}

/** `npm start` as a process of its own, on a free port unless PORT says otherwise. Rejects with its stderr when it ends. */
export async function startServer(settings: ServerSettings): Promise<TestServer> {
	const child = runServer(settings);
	const ended = endOf(child);
	const stderr = collected(child);
	const url = await new Promise<string>((resolve, reject) => {
		let stdout = "";
		child.stdout?.setEncoding("utf8").on("data", (text: string) => {
			stdout += text;
			const address = /(?:ready|listens.*): (http:\/\/[\d.]+:\d+)/.exec(stdout)?.[1];
			if (address !== undefined) resolve(address);
		});
		void ended.then((code) => reject(new Error(`the server ended with ${code}: ${stderr()}`)));
	});
	return {
		url,
		pid: child.pid as number,
		stderr,
		async stop(signal = "SIGINT") {
			child.kill(signal);
			return ended;
		},
	};
}

/** A start that fails, or that ends by itself: what it ended with and what it said. */
export async function failedStart(settings: ServerSettings): Promise<{ code: unknown; stderr: string }> {
	const child = runServer(settings);
	const stderr = collected(child);
	return { code: await endOf(child), stderr: stderr() };
}

/** An operation that is slow on a busy machine is no warning that a test is about. */
const quiet = { LOG_LEVEL: "warn", FEATUREGRAPH_GATEWAY_LIMIT_SLOW_OPERATION_MILLIS: "60000" };

function runServer({ folder, env = {}, args = [] }: ServerSettings): ChildProcess {
	return spawn(process.execPath, [program, ...args], {
		cwd: folder,
		env: { PATH: process.env["PATH"], HOME: process.env["HOME"], PORT: "0", ...quiet, ...env },
		stdio: ["ignore", "pipe", "pipe"],
	});
}

async function endOf(child: ChildProcess): Promise<number | NodeJS.Signals> {
	const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
	return code ?? signal ?? 1;
}

function collected(child: ChildProcess): () => string {
	let output = "";
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		output += text;
	});
	return () => output;
}

export interface TemporaryFolder {
	readonly path: string;
	remove(): Promise<void>;
}

export async function temporaryFolder(): Promise<TemporaryFolder> {
	const path = await mkdtemp(join(tmpdir(), "featuregraph-app-"));
	return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}
