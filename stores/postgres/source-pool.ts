import { Pool } from "pg";
import type { Logger } from "../../core/ports/logger.ts";
import { dropLost } from "./lost-connection.ts";

export interface SourcePoolOptions {
	/** As definitions call it. */
	readonly name: string;
	readonly url: string;
	readonly maxConnections: number;
	readonly logger: Logger;
}

/** Connections to somebody else's database, which may go away and come back. */
export function openSourcePool({ name, url, maxConnections, logger }: SourcePoolOptions): Pool {
	const pool = new Pool({
		connectionString: url,
		max: maxConnections,
		connectionTimeoutMillis: 10_000,
		keepAlive: true,
		application_name: "featuregraph",
	});
	dropLost(pool, (error) => logger.warn({ err: error, connection: name }, "a connection to a source broke"));
	return pool;
}
