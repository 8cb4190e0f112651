import type { GraphQLErrorExtensions } from "graphql";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { FieldError, Keys } from "./field-failure.ts";

/** What servers are known to put into extensions that is for their own developers. */
const internal = new Set(["stacktrace", "exception", "debug"]);

/** An error that a subgraph answered with, which may be of any shape. It names the subgraph. */
export function subgraphError(service: string, error: unknown): FieldError {
	const { message, extensions } = isObject(error) ? error : {};
	const kept: GraphQLErrorExtensions = {};
	for (const [name, value] of Object.entries(isObject(extensions) ? extensions : {})) {
		if (!internal.has(name)) kept[name] = value;
	}
	return {
		message: typeof message === "string" ? message : "The subgraph failed without saying why.",
		extensions: { ...kept, service },
	};
}

/** Where an error says that it came up; empty where it does not say. */
export function errorPathOf(error: unknown): Keys {
	const path = isObject(error) ? error["path"] : undefined;
	return Array.isArray(path) && path.every((key) => typeof key === "string" || typeof key === "number") ? path : [];
}

/** Why a subgraph could not be asked, or did not answer. What use cases throw keeps its code. */
export function fetchError(service: string, thrown: unknown): FieldError {
	if (thrown instanceof FeaturegraphError) {
		const { message, code, name, nearest, hint } = thrown.toUserError();
		return {
			message,
			extensions: {
				code,
				...(name === undefined ? {} : { name }),
				nearest,
				...(hint === undefined ? {} : { hint }),
				service,
			},
		};
	}
	return {
		message: `The subgraph \`${service}\` does not answer.`,
		extensions: { code: "SUBGRAPH_UNAVAILABLE", nearest: [], service },
	};
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && !Array.isArray(value);
