import { parse } from "lossless-json";
import { authorizationOf, type Connection } from "./connection.ts";
import { RequestFailed, type ServerError } from "./request-failed.ts";

/** An error as an answer holds it. */
export interface GraphqlError {
	readonly message: string;
	readonly path?: readonly (string | number)[];
	readonly extensions?: Readonly<Record<string, unknown>>;
}

/** Sends one operation and returns its data. Any error of the answer is thrown as `RequestFailed`. */
export async function request<Data>(
	connection: Connection,
	query: string,
	variables: Readonly<Record<string, unknown>> = {},
	headers: Readonly<Record<string, string>> = {},
): Promise<Data> {
	const { data, errors, status } = await answerTo<Data>(connection, { query, variables }, headers);
	if (errors.length > 0) throw new RequestFailed(errors);
	if (data === null) {
		throw new RequestFailed([{ code: "NO_DATA", message: `The gateway answered ${status} without data.` }]);
	}
	return data;
}

/** A whole answer, its errors beside its data. */
export interface Answer<Data> {
	readonly status: number;
	readonly data: Data | null;
	readonly errors: readonly ServerError[];
	readonly extensions: Readonly<Record<string, unknown>>;
}

/** Sends one operation. Throws `RequestFailed` only where nothing that is an answer comes back. */
export async function answerTo<Data>(
	connection: Connection,
	body: { readonly query: string; readonly variables: object; readonly operationName?: string | null },
	headers: Readonly<Record<string, string>>,
): Promise<Answer<Data>> {
	const response = await send(connection, JSON.stringify(body), headers);
	const answer = (await readJson(response)) as {
		data?: Data | null;
		errors?: readonly GraphqlError[];
		extensions?: Readonly<Record<string, unknown>>;
	};
	return {
		status: response.status,
		data: answer.data ?? null,
		errors: (answer.errors ?? []).map(toServerError),
		extensions: answer.extensions ?? {},
	};
}

async function send(
	connection: Connection,
	body: string,
	headers: Readonly<Record<string, string>>,
): Promise<Response> {
	try {
		return await fetch(`${connection.url}/graphql`, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				accept: "application/graphql-response+json, application/json",
				...authorizationOf(connection),
				...headers,
			},
			body,
		});
	} catch (error) {
		throw unreachable(connection, error);
	}
}

/** The error of a gateway that does not answer, with what to do about it. */
export function unreachable(connection: Connection, cause: unknown): RequestFailed {
	const reason = cause instanceof Error && cause.cause instanceof Error ? `: ${cause.cause.message}` : "";
	return new RequestFailed([
		{
			code: "GATEWAY_UNREACHABLE",
			message: `No gateway answers at ${connection.url}${reason}.`,
			hint: "Start one with `npm start`, or name another with --url or FEATUREGRAPH_URL.",
		},
	]);
}

async function readJson(response: Response): Promise<unknown> {
	const text = await response.text();
	try {
		return parse(text, undefined, Number);
	} catch {
		throw new RequestFailed([
			{
				code: "NOT_A_GATEWAY",
				message: `The answer (${response.status}) is not JSON: ${text.slice(0, 120)}`,
				hint: "Is --url the address of a Featuregraph gateway?",
			},
		]);
	}
}

export function toServerError(error: GraphqlError): ServerError {
	const extensions = error.extensions ?? {};
	const text = (key: string) => (typeof extensions[key] === "string" ? extensions[key] : null);
	return {
		code: text("code") ?? "GRAPHQL_ERROR",
		message: error.message,
		path: error.path?.map(String) ?? null,
		name: text("name"),
		nearest: Array.isArray(extensions["nearest"]) ? extensions["nearest"].map(String) : [],
		hint: text("hint"),
	};
}
