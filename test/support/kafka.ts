import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Kafka, logLevel } from "kafkajs";
import { type Component, component } from "./component.ts";
import { freePort } from "./free-port.ts";

const cache = fileURLToPath(new URL("../../.cache/kafka", import.meta.url));

export const kafkaServer: Component = findKafka();

/** A real broker of one's own: one node, empty. `describe.skipIf(kafkaServer.missing)` where there is none. */
export interface TestKafka {
	readonly brokers: readonly string[];
	/** Kills the broker and starts it again on its data. */
	restart(): Promise<void>;
	stop(): Promise<void>;
}

export async function startKafka(): Promise<TestKafka> {
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-kafka-"));
	const [port, controllerPort] = [await freePort(), await freePort()];
	const settings = join(folder, "server.properties");
	await writeFile(settings, serverProperties(port, controllerPort, join(folder, "data")));
	await endOf(java("kafka.tools.StorageTool", "format", "--cluster-id", clusterId(), "--config", settings));
	const brokers = [`127.0.0.1:${port}`];
	let server = java("kafka.Kafka", settings);
	await answering(server, brokers);
	return {
		brokers,
		async restart() {
			await kill(server);
			// Known before it answers: who stops meanwhile leaves none behind.
			server = java("kafka.Kafka", settings);
			await answering(server, brokers);
		},
		async stop() {
			await kill(server);
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/** Kills it where it does not come. */
async function answering(server: ChildProcess, brokers: string[]): Promise<void> {
	const deadline = performance.now() + 40_000;
	while (!(await answers(brokers))) {
		if (server.exitCode !== null || performance.now() > deadline) {
			await kill(server);
			throw new Error("The Kafka broker does not start");
		}
		await sleep(200);
	}
}

async function kill(server: ChildProcess): Promise<void> {
	if (server.exitCode !== null || server.signalCode !== null) return;
	const ended = new Promise((resolve) => server.once("exit", resolve));
	server.kill("SIGKILL");
	await ended;
}

function findKafka(): Component {
	const java = component("java");
	if (java.missing || existsSync(join(cache, "complete"))) return java;
	const reason = "Kafka's jars are missing, run scripts/fetch-kafka.sh";
	if (process.env["CI"] === "true") throw new Error(`${reason}: CI=true skips nothing`);
	return { path: java.path, missing: true, reason: ` (skipped: ${reason})` };
}

function java(mainClass: string, ...args: readonly string[]): ChildProcess {
	const memory = ["-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"];
	const log = "-Dorg.slf4j.simpleLogger.defaultLogLevel=error";
	const child = spawn(kafkaServer.path, [...memory, log, "-cp", join(cache, "lib", "*"), mainClass, ...args], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	// Not handed on: whoever waits for the end of our own output would wait for a broker that is left over.
	child.stderr.pipe(process.stderr, { end: false });
	const end = (): void => void child.kill("SIGKILL");
	process.once("exit", end);
	child.once("exit", () => process.off("exit", end));
	return child;
}

async function endOf(child: ChildProcess): Promise<void> {
	const code = await new Promise((resolve, reject) => child.once("error", reject).once("exit", resolve));
	if (code !== 0) throw new Error(`Formatting Kafka's storage ended with ${String(code)}`);
}

/** 16 random bytes, as Kafka writes them; the first one is none that reads as an option. */
const clusterId = (): string =>
	`A${Buffer.from(randomUUID().replaceAll("-", ""), "hex").toString("base64url").slice(1)}`;

async function answers(brokers: string[]): Promise<boolean> {
	const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry: { retries: 0 }, connectionTimeout: 1000 });
	const admin = kafka.admin();
	try {
		await admin.connect();
		await admin.listTopics();
		return true;
	} catch {
		return false;
	} finally {
		await admin.disconnect().catch(() => undefined);
	}
}

const serverProperties = (port: number, controllerPort: number, data: string): string => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=${data}
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
`;
