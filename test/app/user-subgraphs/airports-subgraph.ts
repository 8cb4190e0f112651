import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse } from "graphql";
import { NonceMemory } from "../../../core/access/nonce-memory.ts";
import { signatureSkewMillis, signingKeys, verifySignedRequest } from "../../../core/access/signed-request.ts";

export const airportsSdl = `
	extend schema
		@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@composeDirective"])
		@link(url: "https://example.org/weather/v1.0", import: ["@forecast"])
		@composeDirective(name: "@forecast")
	directive @forecast(hours: Int!) on FIELD_DEFINITION
	type Query { hubs: [Airport!] whoAsks: String }
	type Airport @key(fields: "airport") {
		airport: String!
		city: String
		wind: Int @forecast(hours: 6)
	}
`;

const cities: Readonly<Record<string, string>> = { JFK: "New York", SFO: "San Francisco" };

export interface AirportsSubgraph {
	readonly url: string;
	readonly port: number;
	/** What `_service` says. */
	sdl: string;
	/** The texts of what it was asked. */
	readonly asked: string[];
	close(): Promise<void>;
}

/** Somebody else's subgraph, built by @apollo/subgraph on a server of its own; with a secret it refuses the unsigned. */
export async function startAirports(secret: string | null, port = 0): Promise<AirportsSubgraph> {
	const airport = (code: string) => ({ airport: code, city: cities[code] ?? null, wind: code.length });
	const resolvers = {
		Query: {
			hubs: () => Object.keys(cities).map(airport),
			whoAsks: (_: unknown, __: unknown, { principal }: { principal: string }) => principal,
			_service: () => ({ sdl: started.sdl }),
		},
		Airport: { __resolveReference: ({ airport: code }: { airport: string }) => airport(code) },
	};
	const schema = buildSubgraphSchema([{ typeDefs: parse(airportsSdl), resolvers: resolvers as never }]);
	const service = schema.getQueryType()!.getFields()["_service"]!;
	service.resolve = () => ({ sdl: started.sdl });
	const keys = secret === null ? [] : signingKeys([secret]);
	const nonces = new NonceMemory({ limit: 10_000, windowMillis: signatureSkewMillis });

	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on("data", (chunk: Buffer) => chunks.push(chunk));
		request.on("end", () => {
			const body = Buffer.concat(chunks);
			const { method = "", url: path = "", headers } = request;
			const answer = async () => {
				const { principal } =
					secret === null
						? { principal: { id: "unknown" } }
						: verifySignedRequest(
								{ method, path, body, headers },
								{ subgraph: "airports", keys, nonces, now: Date.now() },
							);
				const { query, variables } = JSON.parse(body.toString()) as { query: string; variables: object };
				started.asked.push(query);
				const contextValue = { principal: principal.id };
				return graphql({ schema, source: query, variableValues: { ...variables }, contextValue });
			};
			answer().then(
				(result) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(result)),
				() => response.writeHead(401).end(),
			);
		});
	});
	await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
	const taken = (server.address() as AddressInfo).port;
	const started: AirportsSubgraph = {
		url: `http://127.0.0.1:${taken}/graphql`,
		port: taken,
		sdl: airportsSdl,
		asked: [],
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
	return started;
}
