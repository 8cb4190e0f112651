import type { ExecutionResult } from "graphql";
import { type RawData, WebSocket } from "ws";
import { eventQueue } from "./event-queue.ts";
import { parseAnswerBytes } from "./parse-answer.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";
import type { Subscribed, SubscriptionRequest } from "./subscription.ts";

export interface WebSocketRequest extends SubscriptionRequest {
	/** Of connection_init: proves who asks. */
	readonly payload: Readonly<Record<string, string>>;
}

/**
 * Follows a subscription by graphql-transport-ws, on a connection of its own. Rejects with a SubgraphFailure where the
 * subgraph does not let the gateway in; a subscription that it refuses is one result with errors.
 */
export function subscribeWebSocket(url: string, request: WebSocketRequest): Promise<Subscribed> {
	const { headers, body, limits, signal, read, failed, released, payload } = request;
	const { requestMillis, responseBytes, responseDepth, waitingEvents, heartbeatMillis } = limits;
	return new Promise((resolve, reject) => {
		const socket = new WebSocket(url, "graphql-transport-ws", {
			headers: asRecord(headers),
			maxPayload: responseBytes,
			perMessageDeflate: false,
			followRedirects: false,
			autoPong: false,
		});
		let over = false;
		let acknowledged = false;
		let answered = true;
		let heartbeat: NodeJS.Timeout | undefined;

		const stop = (failure: SubgraphFailure) => {
			if (over) return;
			over = true;
			clearTimeout(timer);
			clearInterval(heartbeat);
			signal.removeEventListener("abort", left);
			if (failure.reason === "left") queue.end();
			else queue.fail(failed(failure));
			reject(failure);
			if (failure.reason === "left" && socket.readyState === WebSocket.OPEN) closePolitely(socket);
			else socket.terminate();
		};
		const left = () => {
			if (acknowledged && !over) send({ id: "1", type: "complete" });
			stop(new SubgraphFailure("left", "the subscription ended", { cause: signal.reason }));
		};
		const timer = setTimeout(() => {
			stop(new SubgraphFailure("late", `no connection_ack within ${requestMillis} ms`));
		}, requestMillis);
		signal.addEventListener("abort", left);
		const queue = eventQueue<ExecutionResult>(waitingEvents, {
			pause: () => socket.pause(),
			resume: () => socket.resume(),
			stop: left,
		});
		const send = (message: object) => sendText(JSON.stringify(message));
		const sendText = (text: string) => bounded(() => socket.send(text));
		/** One that makes us answer and does not read the answers must not fill our memory. */
		const bounded = (write: () => void) => {
			if (over || socket.readyState !== WebSocket.OPEN) return;
			if (socket.bufferedAmount > mostUnsentBytes)
				stop(new SubgraphFailure("malformed", "it does not read what is sent"));
			else write();
		};

		const receive = (message: Message) => {
			if (message.type === "ping") send({ type: "pong" });
			else if (message.type === "connection_ack" && !acknowledged) {
				acknowledged = true;
				clearTimeout(timer);
				sendText(`{"id":"1","type":"subscribe","payload":${body}}`);
				heartbeat = setInterval(beat, heartbeatMillis);
				resolve(queue.events);
			} else if (message.id === "1" && message.type === "next") queue.push(read(message.payload));
			else if (message.id === "1" && message.type === "error") {
				queue.push(read({ errors: message.payload }));
				finish();
			} else if (message.id === "1" && message.type === "complete") finish();
			else if (message.type !== "pong") throw new SubgraphFailure("malformed", "a message out of place");
		};
		const finish = () => {
			queue.end();
			stop(new SubgraphFailure("left", "it is over"));
		};
		/** A paused socket shows no sign of life either. */
		const beat = () => {
			if (!answered && !socket.isPaused) stop(new SubgraphFailure("unreachable", "it shows no sign of life"));
			answered = socket.isPaused;
			bounded(() => socket.ping());
		};

		socket.once("open", () => send({ type: "connection_init", payload }));
		socket.on("pong", () => {
			answered = true;
		});
		socket.on("ping", (data) => bounded(() => socket.pong(data)));
		socket.on("message", (data: RawData, isBinary: boolean) => {
			answered = true;
			if (over) return;
			try {
				if (isBinary) throw new SubgraphFailure("malformed", "a message that is not text");
				receive(readMessage(parseAnswerBytes(data as Buffer, responseDepth + 2)));
			} catch (error) {
				stop(
					error instanceof SubgraphFailure ? error : new SubgraphFailure("malformed", "a message", { cause: error }),
				);
			}
		});
		socket.on("error", (error) => stop(asFailure(error)));
		socket.once("close", (code, reason) => {
			released();
			const denied = code === 4401 || code === 4403;
			stop(
				new SubgraphFailure(
					denied ? "denied" : "unreachable",
					`closed with ${code} ${reason.toString().slice(0, 200)}`,
				),
			);
		});
		if (signal.aborted) left();
	});
}

const closeMillis = 1_000;

function closePolitely(socket: WebSocket): void {
	const forced = setTimeout(() => socket.terminate(), closeMillis);
	socket.once("close", () => clearTimeout(forced));
	socket.resume();
	socket.close(1000);
}

const mostUnsentBytes = 1024 * 1024;

interface Message {
	readonly type: string;
	readonly id?: unknown;
	readonly payload?: unknown;
}

function readMessage(value: unknown): Message {
	if (typeof value === "object" && value !== null && "type" in value && typeof value.type === "string") {
		return value as Message;
	}
	throw new SubgraphFailure("malformed", "a message of no type");
}

/** Of the handshake, or of a frame: a status other than 101, another protocol, a message that is too large. */
function asFailure(error: Error & { readonly code?: unknown }): SubgraphFailure {
	const frame = typeof error.code === "string" && error.code.startsWith("WS_ERR_");
	return new SubgraphFailure(frame ? "malformed" : "unreachable", error.message, { cause: error });
}

function asRecord(pairs: readonly string[]): Record<string, string> {
	const record: Record<string, string> = {};
	for (let at = 0; at + 1 < pairs.length; at += 2) {
		const [name = "", value = ""] = pairs.slice(at, at + 2);
		record[name] = name in record ? `${record[name]}, ${value}` : value;
	}
	return record;
}
