import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { queryInTurn } from "../postgres/query-in-turn.ts";
import { ConnectionState } from "./connection-state.ts";
import { decodeEvent, encodeEvent } from "./encoding.ts";
import { createListeners } from "./listeners.ts";

export interface PostgresBusOptions {
	readonly url: string;
	readonly logger: Logger;
}

interface Session {
	readonly query: ReturnType<typeof queryInTurn>;
	readonly end: () => Promise<void>;
}

const channel = "featuregraph_events";
/** PostgreSQL takes payloads shorter than 8000 bytes. */
const payloadBytes = 7999;
const firstRetryMs = 100;
const longestRetryMs = 5000;

/**
 * A bus over LISTEN and NOTIFY, on a connection of its own. Its own listeners hear of an event without that way. When that breaks it is made anew, and what was published
 * meanwhile is missed: whoever listens also looks from time to time.
 */
export async function connectPostgresBus({ url, logger }: PostgresBusOptions): Promise<Bus> {
	const listeners = createListeners(logger);
	const closing = new AbortController();
	const state = new ConnectionState(false);
	let session: Session | null = null;
	let reconnecting: Promise<void> | null = null;

	async function connect(): Promise<void> {
		const next = new Client({
			connectionString: url,
			application_name: "featuregraph bus",
			keepAlive: true,
			keepAliveInitialDelayMillis: 10_000,
			connectionTimeoutMillis: 10_000,
		});
		let own = -1;
		next.on("notification", ({ payload, processId }) => {
			if (payload !== undefined && processId !== own) deliver([payload], false);
		});
		// `end` follows; without a listener an error would end the process.
		next.on("error", (error) => logger.warn({ err: error }, "The connection of the bus broke"));
		try {
			await next.connect();
			const { rows } = await next.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
			own = rows[0]?.pid ?? own;
			// A notification takes a transaction, whose commit would wait for the disk; none outlives its server anyway.
			await next.query("SET synchronous_commit = off");
			await next.query(`LISTEN ${channel}`);
		} catch (error) {
			await next.end().catch(() => undefined);
			throw error;
		}
		const connection: Session = { query: queryInTurn(next), end: () => next.end() };
		session = connection;
		state.set(true);
		next.once("end", () => {
			if (session === connection) {
				session = null;
				state.set(false);
			}
			if (!closing.signal.aborted) reconnecting ??= reconnect();
		});
	}

	async function reconnect(): Promise<void> {
		for (let waitMs = firstRetryMs; !closing.signal.aborted; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
			try {
				await sleep(waitMs, undefined, { signal: closing.signal });
				await connect();
				logger.info({}, "The bus is connected again");
				break;
			} catch (error) {
				if (!closing.signal.aborted) logger.warn({ err: error }, "The bus cannot connect");
			}
		}
		reconnecting = null;
		if (closing.signal.aborted) await endSession();
	}

	async function endSession(): Promise<void> {
		const present = session;
		session = null;
		await present?.end();
	}

	/** To the listeners of this process, what those of others get. */
	const deliver = (payloads: readonly string[], isOwn: boolean): void => {
		for (const payload of payloads) {
			const event = decodeEvent(payload);
			if (event !== null) listeners.deliver(event, isOwn);
		}
	};

	const connected = (): Session => {
		if (session === null) throw new FeaturegraphError("STORE_UNAVAILABLE", "The bus is not connected to its database.");
		return session;
	};

	try {
		await connect();
	} catch (error) {
		throw new FeaturegraphError("STORE_UNAVAILABLE", "The database of the bus does not answer.", {}, { cause: error });
	}

	return {
		name: "postgres",
		async publish(event) {
			if (closing.signal.aborted) return;
			try {
				const payloads = encodeEvent(event, payloadBytes);
				setImmediate(deliver, payloads, true);
				await connected().query("SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload", [
					channel,
					payloads,
				]);
			} catch (error) {
				logger.warn({ err: error, topic: event.topic }, "An event could not be published");
			}
		},
		async subscribe(topic, listener) {
			if (closing.signal.aborted) throw new FeaturegraphError("STORE_UNAVAILABLE", "The bus is closed.");
			const remove = listeners.add(topic, listener);
			return async () => remove();
		},
		onConnection: (listener) => state.follow(listener),
		async ping() {
			try {
				await connected().query("SELECT 1");
			} catch (error) {
				if (error instanceof FeaturegraphError) throw error;
				throw new FeaturegraphError("STORE_UNAVAILABLE", "The bus does not answer.", {}, { cause: error });
			}
		},
		async close() {
			closing.abort();
			listeners.clear();
			await reconnecting;
			await endSession();
		},
	};
}
