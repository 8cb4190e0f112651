/** A client of a running gateway, as an application would write one. */
import { createClient as createEventSource } from "graphql-sse";
import { type Client, createClient } from "graphql-ws";
import WebSocket from "ws";

export interface GraphqlAnswer<Data> {
	readonly data: Data | null;
	readonly errors?: readonly {
		readonly message: string;
		readonly path?: readonly (string | number)[];
		readonly extensions: Readonly<Record<string, unknown>>;
	}[];
}

export interface Caller {
	readonly url: string;
	readonly token?: string;
}

export type Variables = Readonly<Record<string, unknown>>;

/** The whole answer, errors and all. */
export async function ask<Data = Record<string, unknown>>(
	{ url, token }: Caller,
	query: string,
	variables: Variables = {},
): Promise<GraphqlAnswer<Data>> {
	const response = await fetch(`${url}/graphql`, {
		method: "POST",
		headers: { "content-type": "application/json", ...authorization(token) },
		body: JSON.stringify({ query, variables }),
	});
	return (await response.json()) as GraphqlAnswer<Data>;
}

/** The data alone; any error fails the test. */
export async function data<Data>(caller: Caller, query: string, variables: Variables = {}): Promise<Data> {
	const answer = await ask<Data>(caller, query, variables);
	if (answer.errors !== undefined || answer.data === null) throw new Error(JSON.stringify(answer.errors ?? answer));
	return answer.data;
}

/** A WebSocket of its own. Dispose of it. */
export function socket({ url, token }: Caller): Client {
	return createClient({
		url: `${url.replace("http", "ws")}/graphql`,
		webSocketImpl: WebSocket,
		connectionParams: authorization(token),
		retryAttempts: 0,
	});
}

export interface Followed<Data> {
	/** The next event; any error fails the test. */
	next(): Promise<Data>;
	end(): void;
}

/**
 * A subscription as server-sent events. Resolves once the gateway follows: what happens from then on is received,
 * which a WebSocket has no word for. End it.
 */
export async function follow<Data>(caller: Caller, query: string, variables: Variables = {}): Promise<Followed<Data>> {
	const opened = Promise.withResolvers<void>();
	const client = createEventSource({
		url: `${caller.url}/graphql`,
		headers: { "content-type": "application/json", ...authorization(caller.token) },
		retryAttempts: 0,
		on: { connected: () => opened.resolve() },
	});
	const events = client.iterate<Data>({ query, variables: { ...variables } });
	const first = events.next();
	first.catch(opened.reject);
	await opened.promise;
	let pending: typeof first | null = first;
	return {
		async next() {
			const { value } = (await (pending ?? events.next())) as { value?: GraphqlAnswer<Data> };
			pending = null;
			if (value?.errors !== undefined || value?.data == null) throw new Error(JSON.stringify(value ?? "it ended"));
			return value.data;
		},
		end: () => client.dispose(),
	};
}

/** Every event of a subscription that ends by itself. */
export async function allEvents<Data>(caller: Caller, query: string, variables: Variables): Promise<Data[]> {
	const client = socket(caller);
	try {
		const events: Data[] = [];
		for await (const { data: event, errors } of client.iterate<Data>({ query, variables })) {
			if (errors !== undefined || event == null) throw new Error(JSON.stringify(errors ?? "no data"));
			events.push(event);
		}
		return events;
	} finally {
		await client.dispose();
	}
}

export const authorization = (token: string | undefined): Record<string, string> =>
	token === undefined ? {} : { authorization: `Bearer ${token}` };

/** Applies definitions; what is refused fails the test. */
export async function applyDefinitions(caller: Caller, yaml: string, options: Variables = {}): Promise<void> {
	const { apply } = await data<{ apply: { userErrors: unknown[] } }>(
		caller,
		"mutation ($input: DefinitionsInput!) { apply(input: $input) { userErrors { code message name nearest hint } } }",
		{ input: { files: [{ path: "features.yaml", content: yaml }], ...options } },
	);
	if (apply.userErrors.length > 0) throw new Error(JSON.stringify(apply.userErrors));
}

export interface Pushed {
	readonly accepted: number;
	readonly stale: number;
	readonly rejected: readonly Problem[];
	readonly warnings: readonly Problem[];
	readonly userErrors: readonly Problem[];
}

export interface Problem {
	readonly code: string;
	readonly index: number | null;
	readonly name: string | null;
	readonly nearest: readonly string[];
	readonly path: readonly string[] | null;
}

const problem = "{ code index name nearest path }";

export async function push(
	caller: Caller,
	source: string,
	rows: readonly Variables[],
	options: Variables = {},
): Promise<Pushed> {
	const answer = await data<{ push: Pushed }>(
		caller,
		`mutation ($input: PushInput!) {
			push(input: $input) { accepted stale rejected ${problem} warnings ${problem} userErrors ${problem} }
		}`,
		{ input: { into: { source }, rows, ...options } },
	);
	return answer.push;
}
