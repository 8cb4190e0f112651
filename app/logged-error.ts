import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";

/** Errors within errors that a line still tells. */
const deepest = 5;
const mostOfMany = 5;

/**
 * An error as a log tells it: its name, message, stack, plain properties and causes. No objects that hang on it: drivers hang
 * the connection there, and with it keys that a log must not hold.
 */
export function loggedError(error: unknown, depth = 0): unknown {
	if (!(error instanceof Error)) return error;
	const logged: Record<string, unknown> = { type: error.name, message: error.message, stack: error.stack };
	for (const [name, value] of Object.entries(error)) if (isPlain(value)) logged[name] = value;
	if (error instanceof FeaturegraphError) logged["details"] = error.details;
	if (depth === deepest) return logged;
	if (error.cause !== undefined) logged["cause"] = loggedError(error.cause, depth + 1);
	if (error instanceof AggregateError) {
		logged["errors"] = error.errors.slice(0, mostOfMany).map((each) => loggedError(each, depth + 1));
	}
	return logged;
}

const isPlain = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);
