/**
 * Sends one request again and again at random times, so many a second on average, whatever the answers take: as many clients
 * do that know nothing of one another. Argument: `Sending` as JSON. Says "warm" when it counts, since its own first second is of
 * a program that is being compiled; ends with one line of JSON, `Sent`.
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Sending {
	readonly url: string;
	readonly path: string;
	readonly contentType: string;
	readonly body: string;
	readonly perSecond: number;
	readonly seconds: number;
	readonly connections: number;
}

export interface Sent {
	readonly answered: number;
	readonly failed: number;
	/** From when a request was due, waiting for a connection included. */
	readonly p50Ms: number;
	readonly p99Ms: number;
	/** How much later than it was due a request was sent or put in line, at p99: above a millisecond the load was not steady. */
	readonly lateP99Ms: number;
}

const warmUpMs = 1000;
/** Answers wait for so long at most. */
const longestSleepMs = 0.25;
const shortestSleepMs = 0.02;
const headEnd = "\r\n\r\n";

const { url, path, contentType, body, perSecond, seconds, connections } = JSON.parse(process.argv[2] ?? "") as Sending;
const { host, hostname, port } = new URL(url);
const request = Buffer.from(
	`POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ${contentType}\r\ncontent-length: ${Buffer.byteLength(body)}${headEnd}${body}`,
);
const latencies: number[] = [];
const delays: number[] = [];
const idle: Connection[] = [];
/** When those were due for which no connection was free. */
const waiting: number[] = [];
let failed = 0;

class Connection {
	readonly #socket: Socket;
	#received = "";
	#due = 0;

	constructor(socket: Socket) {
		this.#socket = socket;
		socket.setNoDelay(true);
		socket.setEncoding("latin1").on("data", (text: string) => this.#take(text));
	}

	send(due: number): void {
		this.#due = due;
		this.#socket.write(request);
	}

	#take(text: string): void {
		this.#received += text;
		const end = this.#received.indexOf(headEnd);
		if (end < 0) return;
		const length = Number(/content-length: (\d+)/i.exec(this.#received)?.[1]);
		if (this.#received.length < end + headEnd.length + length) return;
		if (!this.#received.startsWith("HTTP/1.1 200 ")) failed += 1;
		this.#received = "";
		if (this.#due >= countsFrom) latencies.push(performance.now() - this.#due);
		const next = waiting.shift();
		if (next === undefined) idle.push(this);
		else this.send(next);
	}
}

for (let index = 0; index < connections; index++) {
	const socket = connect(Number(port), hostname);
	await once(socket, "connect");
	idle.push(new Connection(socket));
}
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const countsFrom = performance.now() + warmUpMs;
const endsAt = countsFrom + seconds * 1000;
let due = performance.now();
let isWarm = false;
let sent = 0;
turn();

/** A timer of the event loop knows whole milliseconds only: it would send a dozen at once. */
function turn(): void {
	const now = performance.now();
	for (; due <= now && due < endsAt; due += (-Math.log(1 - Math.random()) * 1000) / perSecond) {
		if (due >= countsFrom) {
			if (!isWarm) process.stdout.write("warm\n");
			isWarm = true;
			sent += 1;
			delays.push(now - due);
		}
		const connection = idle.pop();
		if (connection === undefined) waiting.push(due);
		else connection.send(due);
	}
	if (due >= endsAt && latencies.length === sent) return finish();
	const restMs = Math.min(due - performance.now(), longestSleepMs);
	if (restMs > shortestSleepMs) Atomics.wait(sleeper, 0, 0, restMs);
	setImmediate(turn);
}

function finish(): void {
	const figures: Sent = {
		answered: latencies.length,
		failed,
		p50Ms: quantile(latencies, 0.5),
		p99Ms: quantile(latencies, 0.99),
		lateP99Ms: quantile(delays, 0.99),
	};
	process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit());
}

function quantile(values: number[], share: number): number {
	values.sort((a, b) => a - b);
	return Number((values[Math.floor(values.length * share)] ?? Number.NaN).toFixed(3));
}
