/** The processes of docker-compose.yml, started directly: same commands, same environment, hosts and folders of this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { composedServices } from "./compose-file.ts";
import { freePort } from "./free-port.ts";
import type { Caller } from "./graphql-client.ts";

export const processNames = ["gateway", "registry", "models", "serving", "monitoring", "worker"] as const;
export type ProcessName = (typeof processNames)[number];

const startMillis = 90_000;

export interface ProductionSettings {
	readonly folder: string;
	readonly databaseUrl: string;
	readonly redisUrl: string;
	/** Null: there is no Kafka, and the bus goes through PostgreSQL. */
	readonly brokers: readonly string[] | null;
	/** Beside what the file says. */
	readonly env?: Readonly<Record<string, string>>;
}

export class Production {
	/** The gateway, with the token that it asks for. */
	readonly caller: Required<Caller>;
	/** What file sources may read. */
	readonly dataFolder: string;
	readonly #places: ReadonlyMap<string, string>;
	readonly #settings: ProductionSettings;
	readonly #ports: ReadonlyMap<string, number>;
	readonly #running = new Map<ProcessName, ChildProcess>();
	readonly #outputs = new Map<ProcessName, string>();
	readonly #variables: Readonly<Record<string, string>>;

	private constructor(settings: ProductionSettings, ports: ReadonlyMap<string, number>) {
		const token = randomBytes(24).toString("base64url");
		const sha256 = createHash("sha256").update(token).digest("hex");
		this.#settings = settings;
		this.#ports = ports;
		this.caller = { url: this.urlOf("gateway"), token };
		this.dataFolder = join(settings.folder, "data");
		this.#variables = {
			POSTGRES_PASSWORD: "of-the-test",
			FEATUREGRAPH_SUBGRAPH_SECRET: randomBytes(32).toString("hex"),
			FEATUREGRAPH_ACCESS_TOKENS: JSON.stringify([{ name: "admin", sha256 }]),
			LOG_LEVEL: "warn",
		};
		this.#places = new Map([
			["postgres://featuregraph:of-the-test@postgres:5432/featuregraph", settings.databaseUrl],
			["redis://redis:6379", settings.redisUrl],
			["kafka:9092", settings.brokers?.join(",") ?? ""],
			["/var/lib/featuregraph", join(settings.folder, "home")],
			["/data", this.dataFolder],
			["0.0.0.0", "127.0.0.1"],
			...[...ports].map(([name, port]): [string, string] => [`http://${name}:4000`, `http://127.0.0.1:${port}`]),
		]);
	}

	/** Nothing runs yet. */
	static async prepare(settings: ProductionSettings): Promise<Production> {
		const ports = new Map<string, number>();
		for (const name of processNames) ports.set(name, await freePort());
		const production = new Production(settings, ports);
		await mkdir(production.dataFolder);
		return production;
	}

	urlOf(name: ProcessName): string {
		return `http://127.0.0.1:${this.#ports.get(name) ?? 0}`;
	}

	/** Resolves when it is ready. */
	async start(name: ProcessName): Promise<void> {
		const { command, environment } = this.#service(name);
		const folder = join(this.#settings.folder, name);
		await mkdir(folder, { recursive: true });
		const env = Object.fromEntries(
			Object.entries(environment)
				.map(([key, value]): [string, string] => [key, this.#here(value)])
				.filter(([, value]) => value !== ""),
		);
		const [, program = "", ...roles] = command;
		const child = spawn(process.execPath, [fileURLToPath(new URL(`../../${program}`, import.meta.url)), ...roles], {
			cwd: folder,
			env: {
				PATH: process.env["PATH"],
				...env,
				FEATUREGRAPH_SCRATCH: join(folder, "scratch"),
				...this.#settings.env,
				PORT: String(this.#ports.get(name)),
			},
			stdio: ["ignore", "ignore", "pipe"],
		});
		let output = this.#outputs.get(name) ?? "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			output += text;
			this.#outputs.set(name, output);
		});
		this.#running.set(name, child);
		const deadline = performance.now() + startMillis;
		while (!(await this.isReady(name))) {
			const ended = child.exitCode !== null || child.signalCode !== null;
			if (ended || performance.now() > deadline) throw new Error(`${name} is not ready: ${shortened(output)}`);
			await sleep(50);
		}
	}

	/** All of them, in no order. */
	async startAll(): Promise<void> {
		const starts = await Promise.allSettled(processNames.map((name) => this.start(name)));
		const failed = starts.flatMap((start) => (start.status === "rejected" ? [String(start.reason)] : []));
		if (failed.length > 0) throw new Error(failed.join("\n"));
	}

	async isReady(name: ProcessName): Promise<boolean> {
		return fetch(`${this.urlOf(name)}/ready`).then(
			(response) => response.ok,
			() => false,
		);
	}

	/** What it ended with. */
	async end(name: ProcessName, signal: NodeJS.Signals): Promise<number | NodeJS.Signals | null> {
		const child = this.#running.get(name);
		if (child === undefined) return null;
		this.#running.delete(name);
		if (child.exitCode === null && child.signalCode === null) {
			const ended = once(child, "exit");
			child.kill(signal);
			await ended;
		}
		return child.exitCode ?? child.signalCode;
	}

	/** Ends all that run, whatever came of them: what each ended with. */
	async endAll(signal: NodeJS.Signals): Promise<Record<string, number | NodeJS.Signals | null>> {
		const names = [...this.#running.keys()];
		const ends = await Promise.all(names.map((name) => this.end(name, signal)));
		return Object.fromEntries(names.map((name, at) => [name, ends[at] ?? null]));
	}

	/** What it has written to stderr, in all its lives. */
	output(name: ProcessName): string {
		return this.#outputs.get(name) ?? "";
	}

	/** The last of it, shortened. */
	told(name: ProcessName): string {
		return shortened(this.output(name));
	}

	#service(name: ProcessName) {
		const service = composedServices(this.#variables).find((each) => each.name === name);
		if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
		return service;
	}

	#here(value: string): string {
		let here = value;
		for (const [there, place] of this.#places) here = here.replaceAll(there, place);
		return here;
	}
}

/** What log lines say, each once in a row, the last of them. */
function shortened(output: string): string {
	const lines = output.split("\n").map((line) => {
		try {
			const { time, msg, err } = JSON.parse(line) as { time?: string; msg?: string; err?: { message?: string } };
			return `${time ?? ""} ${msg ?? ""} ${err?.message ?? ""}`;
		} catch {
			return line;
		}
	});
	return lines
		.filter((line, at) => line.slice(24) !== lines[at - 1]?.slice(24))
		.slice(-20)
		.join("\n");
}
