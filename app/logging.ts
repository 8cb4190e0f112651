import { destination, type Logger, pino } from "pino";
import type { LogLevel } from "./configuration/configuration.ts";

/** Names of fields whose value must never be read in a log. */
const secretFields = ["authorization", "token", "password", "connectionString", "url", "databaseUrl", "redisUrl"];

/** JSON lines on stderr, so that stdout stays the program's own. */
export function createLogger(level: LogLevel): Logger {
	return pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
		},
		destination({ fd: 2, sync: true }),
	);
}
