import { type DestinationStream, destination, type Logger, pino } from "pino";
import type { LogLevel } from "./configuration/configuration.ts";
import { loggedError } from "./logged-error.ts";

/** Names of fields whose value must never be read in a log. */
const secretFields = ["authorization", "token", "password", "connectionString", "url", "databaseUrl", "redisUrl"];

/** JSON lines on stderr, so that stdout stays the program's own; or to what writes each of them in another way. */
export function createLogger(level: LogLevel, lines: DestinationStream = destination({ fd: 2, sync: true })): Logger {
	return pino(
		{
			level,
			base: null,
			timestamp: pino.stdTimeFunctions.isoTime,
			serializers: { err: (error: unknown) => loggedError(error) },
			redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: "[redacted]" },
		},
		lines,
	);
}
