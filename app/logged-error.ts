import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";

/** Of errors of Node, PostgreSQL, Redis and HTTP. */
const told: ReadonlySet<string> = new Set(
	"code errno syscall address port severity schema table column constraint position routine status statusCode".split(
		" ",
	),
);
/** Errors within errors that a line still tells. */
const deepest = 5;
const mostOfMany = 5;

/**
 * An error as a log tells it: its name, message, stack, causes, and what says where it comes from. Nothing else that hangs on it:
 * drivers hang the connection there, and with it keys that a log must not hold, Node a URL that it could not read.
 */
export function loggedError(error: unknown, depth = 0): unknown {
	if (!(error instanceof Error)) return error;
	const logged: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
	for (const [name, value] of Object.entries(error)) if (told.has(name) && isPlain(value)) logged[name] = value;
	if (error instanceof FeaturegraphError) logged["details"] = error.details;
	if (depth === deepest) return logged;
	if (error.cause !== undefined) logged["cause"] = loggedError(error.cause, depth + 1);
	if (error instanceof AggregateError) {
		logged["errors"] = error.errors.slice(0, mostOfMany).map((each) => loggedError(each, depth + 1));
	}
	return logged;
}

const isPlain = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
