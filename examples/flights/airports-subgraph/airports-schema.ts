import { readFileSync } from "node:fs";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";
import type { AirportRecord } from "./airports-file.ts";

const typeDefs = parse(readFileSync(new URL("schema.graphql", import.meta.url), "utf8"));

/** What the gateway sends of an airport: its key, and the feature where a field that requires it is asked for. */
interface Reference {
	readonly airport: string;
	readonly features?: { readonly airportDelays: { readonly delayMean1h: number | null } | null } | null;
}

interface Filter {
	readonly city?: string | null;
	readonly state?: string | null;
	readonly first: number;
}

const mostAirports = 100;

export function airportsSchema(airports: ReadonlyMap<string, AirportRecord>): GraphQLSchema {
	return buildSubgraphSchema([
		{
			typeDefs,
			resolvers: {
				Query: {
					airports: (_: unknown, { city, state, first }: Filter) =>
						airports
							.values()
							.filter((each) => (city ?? each.city) === each.city && (state ?? each.state) === each.state)
							.take(Math.min(Math.max(first, 0), mostAirports))
							.toArray(),
				},
				Airport: {
					/** One that is not in the file has its key alone: its features are there all the same. */
					__resolveReference: (reference: Reference) => ({ ...airports.get(reference.airport), ...reference }),
					delayAdvice: ({ features, city, airport }: Reference & Partial<AirportRecord>) => {
						const minutes = features?.airportDelays?.delayMean1h ?? null;
						return minutes === null ? null : adviceOf(city ?? airport, minutes);
					},
				},
			},
		},
	]);
}

/** The airlines' own word: a flight is late from 15 minutes on. */
function adviceOf(place: string, minutes: number): string {
	if (minutes < 15) return `${place}: arrivals are on time.`;
	return `${place}: arrivals are ${Math.round(minutes)} minutes late. Leave time to connect.`;
}
