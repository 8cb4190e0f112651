import { GraphQLError, type GraphQLResolveInfo } from "graphql";

type Path = GraphQLResolveInfo["path"];
type Keys = readonly (string | number)[];

/** Runs a resolver; errors that it throws, returns or has in its list carry the path of the field at `path`. */
export function relocateErrors(path: Path, resolve: () => unknown): unknown {
	try {
		const result = resolve();
		if (!(result instanceof Promise)) return relocated(result, path);
		return result.then(
			(value: unknown) => relocated(value, path),
			(error: unknown) => {
				throw relocate(error, keysOf(path));
			},
		);
	} catch (error) {
		throw relocate(error, keysOf(path));
	}
}

function relocated(value: unknown, path: Path): unknown {
	if (value instanceof Error) return relocate(value, keysOf(path));
	if (!Array.isArray(value) || !value.some((item) => item instanceof Error)) return value;
	const keys = keysOf(path);
	return value.map((item: unknown, index) => (item instanceof Error ? relocate(item, [...keys, index]) : item));
}

function relocate(error: unknown, keys: Keys): unknown {
	if (error instanceof AggregateError) {
		return new AggregateError(
			error.errors.map((part: unknown) => relocate(part, keys)),
			error.message,
		);
	}
	if (!(error instanceof GraphQLError) || error.path === undefined) return error;
	return new GraphQLError(error.message, {
		path: pathBelow(keys, error.path),
		extensions: error.extensions,
		...(error.originalError === undefined ? {} : { originalError: error.originalError }),
	});
}

/**
 * The path of an error that surfaces at `keys` and says that it comes from `claimed`: which may lie below, where a
 * null has risen from, and may lack indices or have those of another entity of its batch.
 */
export function pathBelow(keys: Keys, claimed: Keys): Keys {
	let at = 0;
	for (const key of keys) {
		const said = claimed[at];
		if (said === key || (typeof said === "number" && typeof key === "number")) at += 1;
		else if (typeof key !== "number") return keys;
	}
	return [...keys, ...claimed.slice(at)];
}

function keysOf(path: Path): Keys {
	const keys: (string | number)[] = [];
	for (let at: Path | undefined = path; at !== undefined; at = at.prev) keys.unshift(at.key);
	return keys;
}
