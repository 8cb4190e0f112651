import { expect, it } from "vitest";
import { appliedServer } from "../support/applied-server.ts";
import { follow, push } from "../support/graphql-client.ts";

const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  trips: { push: {}, eventTime: ended_at, columns: { driver_id: int64, ended_at: timestamp, fare: float64 } }
views:
  last_trip: { entities: [driver], source: trips, features: { fare: float64 } }
  offer:
    kind: on-demand
    inputs: { request: { surge: float64 }, views: [last_trip] }
    features: { price: { type: float64, expression: "last_trip.fare * request.surge" } }
`;

const server = appliedServer(definitions);

interface Update {
	readonly featureUpdates: {
		readonly rowCount: number;
		readonly columns: readonly { readonly name: string; readonly values: readonly unknown[] }[];
	};
}

const trip = (driver: number, minute: number, fare: number) => ({
	driver_id: driver,
	ended_at: `2024-05-01T08:0${minute}:00Z`,
	fare,
});

it("a push comes out as the frame of the named entities that it changed", async () => {
	await push(server, "trips", [trip(1, 5, 10)]);
	const updates = await follow<Update>(
		server,
		`subscription ($entities: [EntityRow!]!) {
			featureUpdates(select: { features: ["last_trip:fare", "offer:price"] }, entities: $entities) {
				rowCount
				columns { name values }
			}
		}`,
		{
			entities: [
				{ driver_id: 1, surge: 2 },
				{ driver_id: 2, surge: 3 },
			],
		},
	);
	try {
		await push(server, "trips", [trip(2, 1, 7), trip(3, 1, 1)]);
		const { featureUpdates: first } = await updates.next();
		expect(first.rowCount).toBe(1);
		expect(first.columns.map(({ name, values }) => [name, values])).toEqual([
			["driver_id", ["2"]],
			["surge", [3]],
			["fare", [7]],
			["price", [21]],
		]);
		// A late row is no news.
		await push(server, "trips", [trip(1, 0, 5)]);
		await push(server, "trips", [trip(1, 9, 99)]);
		const { featureUpdates: second } = await updates.next();
		expect(second.columns.map(({ values }) => values[0])).toEqual(["1", 2, 99, 198]);
	} finally {
		updates.end();
	}
});
