import { setTimeout as sleep } from "node:timers/promises";
import { createClient, NetworkError } from "graphql-sse";
import { FeaturegraphClientError, type FeaturegraphErrorFields, refuse } from "./errors.ts";
import { parseJson } from "./parse-json.ts";

export interface GatewayAddress {
	/** `http://127.0.0.1:4000` */
	readonly url: string;
	readonly token: string | null;
}

interface GraphqlError {
	readonly message: string;
	readonly path?: readonly (string | number)[];
	readonly extensions?: Readonly<Record<string, unknown>>;
}

interface Answer<Data> {
	readonly data?: Data | null;
	readonly errors?: readonly GraphqlError[];
}

const mostReconnects = 5;
const firstWaitMillis = 250;

/** The data of one operation. FeaturegraphClientError for any error of the answer. */
export async function ask<Data>(gateway: GatewayAddress, query: string, variables: object): Promise<Data> {
	const response = await send(gateway, "/graphql", {
		method: "POST",
		headers: {
			"content-type": "application/json",
			accept: "application/graphql-response+json, application/json",
		},
		body: JSON.stringify({ query, variables }),
	});
	const answer = (await answerOf(response).catch(() => null)) as Answer<Data> | null;
	refuse(answer?.errors?.map(fieldsOf));
	if (answer?.data == null) {
		throw new FeaturegraphClientError([
			{
				code: "NOT_A_GATEWAY",
				message: `${gateway.url} answered ${response.status} without data.`,
				hint: "Is this the address of a Featuregraph gateway?",
			},
		]);
	}
	return answer.data;
}

/** The JSON that a door beside GraphQL answers. FeaturegraphClientError for what it refuses. */
export async function post<Data>(
	gateway: GatewayAddress,
	path: string,
	body: string,
	headers: Readonly<Record<string, string>> = {},
): Promise<Data> {
	const response = await send(gateway, path, {
		method: "POST",
		headers: { ...headers, "content-type": "application/json", accept: "application/json" },
		body,
	});
	if (!response.ok) await refuseAnswer(response);
	return (await answerOf(response).catch((error: unknown) => {
		throw unreachable(gateway, error);
	})) as Data;
}

const answerOf = async (response: Response): Promise<unknown> => parseJson(await response.text());

/** Throws what an answer beside GraphQL says that is none of 2xx. */
export async function refuseAnswer(response: Response): Promise<never> {
	const answer = (await response.json().catch(() => null)) as Answer<never> | null;
	refuse(answer?.errors?.map(fieldsOf));
	const { pathname } = new URL(response.url);
	throw new FeaturegraphClientError([{ code: "NOT_A_GATEWAY", message: `${pathname}: ${response.status}` }]);
}

/**
 * The events of a subscription until it completes or the caller stops iterating. A connection that broke is opened
 * again with `variables` as they are then: one with a cursor goes on where it was.
 */
export async function* events<Data>(
	gateway: GatewayAddress,
	query: string,
	variables: () => object,
): AsyncGenerator<Data, void, void> {
	let opened = false;
	const client = createClient({
		url: `${gateway.url}/graphql`,
		headers: { "content-type": "application/json", ...authorization(gateway) },
		retryAttempts: 0,
		on: {
			connected: () => {
				opened = true;
			},
		},
	});
	try {
		for (let failures = 0; ; failures += 1) {
			try {
				for await (const result of client.iterate<Data>({ query, variables: { ...variables() } })) {
					failures = 0;
					refuse((result.errors as readonly GraphqlError[] | undefined)?.map(fieldsOf));
					if (result.data != null) yield result.data;
				}
				return;
			} catch (error) {
				if (!(error instanceof NetworkError)) throw error;
				const response: unknown = error.response;
				if (response instanceof Response) {
					const answer = (await response.json().catch(() => null)) as Answer<Data> | null;
					refuse(answer?.errors?.map(fieldsOf));
				}
				if (!opened || failures >= mostReconnects) throw unreachable(gateway, error);
				await sleep(firstWaitMillis * 2 ** failures);
			}
		}
	} finally {
		client.dispose();
	}
}

/** A request to the gateway; what is not 2xx outside of GraphQL is the caller's to judge. */
export async function send(gateway: GatewayAddress, path: string, init: RequestInit): Promise<Response> {
	try {
		return await fetch(new URL(path, `${gateway.url}/`), {
			...init,
			headers: { ...(init.headers as Record<string, string>), ...authorization(gateway) },
		});
	} catch (error) {
		throw unreachable(gateway, error);
	}
}

export function unreachable({ url }: GatewayAddress, cause: unknown): FeaturegraphClientError {
	return new FeaturegraphClientError(
		[
			{
				code: "GATEWAY_UNREACHABLE",
				message: `No gateway answers at ${url}.`,
				hint: "Start one with `npm start`, or give its address as `url`.",
			},
		],
		{ cause },
	);
}

const authorization = ({ token }: GatewayAddress): Record<string, string> =>
	token === null ? {} : { authorization: `Bearer ${token}` };

function fieldsOf({ message, path, extensions = {} }: GraphqlError): FeaturegraphErrorFields {
	return { code: "GRAPHQL_ERROR", ...extensions, message, path: path ?? null };
}
