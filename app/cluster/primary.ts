import cluster, { type Worker } from "node:cluster";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Configuration } from "../configuration/configuration.ts";
import type { RunningServer } from "../running-server.ts";
import type { FromWorker } from "./messages.ts";
import { Relay, tell } from "./relay.ts";

/** A worker that lived for so long did not end because of its start. */
const steadyMillis = 10_000;
const leastWaitMillis = 100;
const mostWaitMillis = 10_000;
/** Less than whoever stops the process waits before he kills it. */
const stopMillis = 25_000;

/** A worker process, from its start to its end. */
interface Life {
	readonly worker: Worker;
	readonly beganAt: number;
	/** Its address; rejects where it ends before it listens. */
	readonly listens: Promise<string>;
	/** The exit code or the signal that it ended with. */
	readonly ended: Promise<number | string>;
}

/**
 * Runs this program `workers` times on its one port. Ready when all listen: one that fails before fails the whole. Later, one that
 * ends is started again, after ever longer waits where it ends soon.
 */
export async function startCluster(
	{ workers: count, host, port }: Pick<Configuration, "workers" | "host" | "port">,
	logger: Logger,
): Promise<RunningServer> {
	cluster.setupPrimary({ serialization: "advanced" });
	const env = port === 0 ? { PORT: String(await freePort(host)) } : {};
	const living = new Set<Life>();
	const listening = new Set<Worker>();
	const relay = new Relay();
	const stopping = new AbortController();
	let isComplete = false;

	function begin(): Life {
		const worker = cluster.fork(env);
		const listens = Promise.withResolvers<string>();
		const ended = Promise.withResolvers<number | string>();
		const life: Life = { worker, beganAt: performance.now(), listens: listens.promise, ended: ended.promise };
		listens.promise.catch(() => undefined);
		living.add(life);
		worker.on("message", (message: FromWorker) => {
			switch (message.kind) {
				case "listens":
					listening.add(worker);
					return listens.resolve(message.url);
				case "ask":
					// Whoever asks can answer, also where its first request came before its word that it listens.
					return void relay.ask(new Set([...listening, worker]), message.question).then((answers) => {
						// Who has not been there yet cannot have answered.
						const missing = isComplete ? [] : [null];
						tell(worker, { kind: "answers", id: message.id, answers: [...answers, ...missing] });
					});
				case "answer":
					return relay.answered(worker, message.id, message.answer);
			}
		});
		worker.on("error", (error) => logger.error({ err: error }, "A worker process cannot be reached"));
		worker.once("exit", (code, signal) => {
			living.delete(life);
			listening.delete(worker);
			relay.ended(worker);
			const end = signal ?? code;
			listens.reject(endedEarly(end));
			ended.resolve(end);
		});
		return life;
	}

	/** There is a worker in its place until all are to end. */
	async function keep(first: Life): Promise<void> {
		let failures = 0;
		for (let life = first; ; life = begin()) {
			const end = await life.ended;
			if (stopping.signal.aborted) return;
			failures = performance.now() - life.beganAt < steadyMillis ? failures + 1 : 0;
			const waitMillis = Math.min(mostWaitMillis, leastWaitMillis * 2 ** failures);
			logger.error({ pid: life.worker.process.pid, end, waitMillis }, "A worker process ended; it is started again");
			await sleep(waitMillis, undefined, { signal: stopping.signal }).catch(() => undefined);
			if (stopping.signal.aborted) return;
		}
	}

	async function endAll(): Promise<void> {
		stopping.abort();
		const lives = [...living];
		for (const { worker } of lives) {
			if (listening.has(worker)) tell(worker, { kind: "stop" });
			else worker.process.kill("SIGTERM");
		}
		const deadline = setTimeout(() => {
			for (const { worker } of living) worker.process.kill("SIGKILL");
		}, stopMillis);
		await Promise.all(lives.map(({ ended }) => ended));
		clearTimeout(deadline);
	}

	try {
		// The first alone: what is wrong for all is told once.
		const first = begin();
		const url = await first.listens;
		const others = Array.from({ length: count - 1 }, begin);
		await Promise.all(others.map(({ listens }) => listens));
		isComplete = true;
		logger.info({ address: url, workers: count }, "listening");
		const stopped = Promise.all([first, ...others].map(keep)).then(() => undefined);
		return { url, stop: () => endAll().then(() => stopped), stopped };
	} catch (error) {
		await endAll();
		throw error;
	}
}

/** All have it, also one that is started when none is left. */
async function freePort(host: string): Promise<number> {
	const probe = createServer().listen(0, host);
	await once(probe, "listening");
	const { port } = probe.address() as AddressInfo;
	probe.close();
	await once(probe, "close");
	return port;
}

const endedEarly = (end: number | string): FeaturegraphError =>
	new FeaturegraphError(
		"INTERNAL_SERVER_ERROR",
		`A worker process ended with ${end} before it listened; what it said stands above.`,
	);
