import { Client } from "pg";
import type { Logger } from "../../core/ports/logger.ts";
import { queryInTurn } from "../postgres/query-in-turn.ts";

export interface Lease {
	/** Aborts when the session that holds the lease is gone: somebody else may have the job then. */
	readonly signal: AbortSignal;
	release(): Promise<void>;
}

export interface JobLeases {
	/** Takes the lease of a job's kind and key; null while somebody holds it. */
	take(kind: string, key: string): Promise<Lease | null>;
	/** Ids, of these kinds, of jobs that are marked as running while nobody holds their lease. */
	orphans(kinds: readonly string[]): Promise<readonly { readonly id: string; readonly kind: string }[]>;
	/** Ends the session, and every lease with it. */
	close(): Promise<void>;
}

interface Session {
	readonly query: ReturnType<typeof queryInTurn>;
	readonly end: () => Promise<void>;
}

/** The 64-bit number of the advisory lock that stands for a kind and key. */
const lockId = (kindAndKey: string): string => `hashtextextended(${kindAndKey}, 7030102)`;

const take = `SELECT pg_try_advisory_lock(${lockId("$1")}) AS taken`;
const release = `SELECT pg_advisory_unlock(${lockId("$1")})`;
const orphans = (schema: string): string => `
	SELECT job.id::text, job.name AS kind
	FROM ${schema}.job
	WHERE job.state = 'active' AND job.name = ANY ($1::text[]) AND NOT EXISTS (
		SELECT FROM pg_locks AS lock
		WHERE lock.locktype = 'advisory' AND lock.objsubid = 1 AND lock.granted
			AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND (lock.classid::bigint << 32) | lock.objid::bigint = ${lockId("job.name || ':' || job.singleton_key")}
	)`;

/**
 * Who runs which job, as advisory locks of one database session per process. The server ends them with the session:
 * a worker that was killed has lost its leases as soon as its connection is gone, without a timeout to wait for.
 */
export function openJobLeases(options: {
	readonly url: string;
	/** Where the queue keeps its jobs. */
	readonly schema: string;
	readonly logger: Logger;
}): JobLeases {
	const { url, schema, logger } = options;
	const held = new Map<string, AbortController>();
	let session: Promise<Session> | null = null;
	let closed = false;

	async function connect(): Promise<Session> {
		const client = new Client({
			connectionString: url,
			application_name: "featuregraph leases",
			keepAlive: true,
			keepAliveInitialDelayMillis: 10_000,
			connectionTimeoutMillis: 10_000,
		});
		client.on("error", (error) => logger.warn({ err: error }, "The session that holds the leases of jobs broke"));
		client.once("end", () => {
			session = null;
			for (const lost of held.values()) lost.abort(new Error("The lease of the job is lost"));
			held.clear();
		});
		await client.connect();
		return { query: queryInTurn(client), end: () => client.end() };
	}

	function connected(): Promise<Session> {
		if (closed) throw new Error("The leases of jobs are closed");
		if (session === null) {
			session = connect();
			session.catch(() => {
				session = null;
			});
		}
		return session;
	}

	return {
		async take(kind, key) {
			const name = `${kind}:${key}`;
			// The server would give a session the same lock twice.
			if (held.has(name)) return null;
			const lost = new AbortController();
			held.set(name, lost);
			try {
				const { query } = await connected();
				const { rows } = await query<{ taken: boolean }>(take, [name]);
				if (rows[0]?.taken !== true) {
					held.delete(name);
					return null;
				}
			} catch (error) {
				held.delete(name);
				throw error;
			}
			return {
				signal: lost.signal,
				async release() {
					if (held.get(name) !== lost) return;
					const { query } = await connected();
					await query(release, [name]);
					held.delete(name);
				},
			};
		},
		async orphans(kinds) {
			const { query } = await connected();
			return (await query<{ id: string; kind: string }>(orphans(schema), [kinds])).rows;
		},
		async close() {
			closed = true;
			const open = await session?.catch(() => null);
			await open?.end();
		},
	};
}
