/** What a lost connection, or a server that is not there, looks like to those who query: STORE_UNAVAILABLE. */
import { DatabaseError, type Pool, type PoolClient } from "pg";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { answeredWithin } from "./answered-within.ts";

/** Classes of SQLSTATE: connection, shutdown, no room for a connection, not let in. */
const unavailableStates = /^(08|57P0[1-4]|53300|28)/;
const unavailableCodes =
	/^(ECONNREFUSED|ECONNRESET|ECONNABORTED|ENOTFOUND|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;
/** The driver tells these by their words alone. */
const unavailableMessages =
	/^(Connection terminated|timeout e|Query read timeout|Client has encountered a connection error|Client was closed)/;

/** STORE_UNAVAILABLE for what is the connection's fault; anything else as it is. The cause is for the log. */
export function unlessLost(error: unknown): unknown {
	if (!(error instanceof Error) || error instanceof FeaturegraphError) return error;
	const code = "code" in error ? String(error.code) : "";
	const lost =
		error instanceof DatabaseError
			? unavailableStates.test(code)
			: unavailableCodes.test(code) || unavailableMessages.test(error.message);
	return lost
		? new FeaturegraphError("STORE_UNAVAILABLE", "The database does not answer.", {}, { cause: error })
		: error;
}

/** Keeps connections that break from ending the process: those in use fail what uses them, idle ones are replaced. */
export function dropLost(pool: Pool, onIdleLost: (error: Error) => void): void {
	pool.on("connect", (client) => client.on("error", () => undefined));
	pool.on("error", onIdleLost);
}

/** Lets a pool, and the connections it hands out, tell a lost connection so; one without an answer for so long is lost too. */
export function tellLostConnections(pool: Pool, answerMillis: number): void {
	pool.on("connect", (client) => {
		// Or the next one would be handed a connection that is about to end, or still busy.
		const drop = (): void => void client.end().catch(() => undefined);
		const query = answeredWithin(client.query.bind(client), answerMillis);
		client.query = telling(query, drop) as PoolClient["query"];
	});
	const nothing = (): void => undefined;
	pool.query = telling(pool.query.bind(pool), nothing) as Pool["query"];
	pool.connect = telling(pool.connect.bind(pool), nothing) as Pool["connect"];
}

/** Calls that end in a callback or an event are the driver's own: they come back through a promise of the pool. */
function telling(call: (...args: never[]) => unknown, onLost: () => void): (...args: never[]) => unknown {
	return (...args) => {
		const result = call(...args);
		if (!(result instanceof Promise)) return result;
		return result.catch((error: unknown) => {
			const told = unlessLost(error);
			if (told !== error) onLost();
			throw told;
		});
	};
}
