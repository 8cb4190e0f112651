import type { Connection } from "../../../../cli/client/connection.ts";
import { request } from "../../../../cli/client/graphql.ts";

/** A flight that is about to depart: what an application knows of it before it asks. */
export const nextFlight = { origin: "ORD", destination: "SFO", hour: 18, distance: 1846 };

/** The generic query: the features of the model's service, for one flight. */
export const serviceQuery = `query NextFlight($flight: EntityRow!) {
  onlineFeatures(select: { featureService: "delay_model" }, entities: [$flight], fullFeatureNames: true) {
    columns { name role values statuses eventTimes }
  }
}`;

/** The same store, as typed fields of entities. */
export const typedQuery = `{
  entities {
    ORD: airport(airport: "ORD") { features { airportDelays { delayMean1h flights1h meta_ { status eventTime } } airportDay { delayMean24h } } }
    JFK: airport(airport: "JFK") { features { airportDelays { delayMean1h flights1h } airportDay { delayMean24h } } }
    route(origin: "ORD", destination: "SFO") { features { routeDelays { routeDelayMean7d } } }
  }
}`;

interface ServiceColumn {
	readonly name: string;
	readonly role: string;
	readonly values: readonly unknown[];
}

export async function readServiceFeatures(connection: Connection): Promise<Map<string, number | null>> {
	const { onlineFeatures } = await request<{ onlineFeatures: { columns: readonly ServiceColumn[] } }>(
		connection,
		serviceQuery,
		{ flight: nextFlight },
	);
	const values = onlineFeatures.columns.filter((column) => column.role === "FEATURE");
	return new Map(values.map((column) => [column.name, toNumber(column.values[0])]));
}

export interface TypedAirport {
	readonly features: {
		readonly airportDelays: { readonly delayMean1h: number | null; readonly flights1h: string | null };
		readonly airportDay: { readonly delayMean24h: number | null };
	};
}

export interface TypedRoute {
	readonly features: { readonly routeDelays: { readonly routeDelayMean7d: number | null } };
}

export interface TypedEntities {
	readonly ORD: TypedAirport;
	readonly JFK: TypedAirport;
	readonly route: TypedRoute;
}

export async function readTypedFeatures(connection: Connection): Promise<TypedEntities> {
	const { entities } = await request<{ entities: TypedEntities }>(connection, typedQuery);
	return entities;
}

function toNumber(value: unknown): number | null {
	return typeof value === "number" ? value : null;
}
