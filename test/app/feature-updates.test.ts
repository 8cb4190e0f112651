import { afterAll, beforeAll, expect, it } from "vitest";
import { applyDefinitions, push, socket } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

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

let folder: TemporaryFolder;
let server: TestServer;
beforeAll(async () => {
	folder = await temporaryFolder();
	server = await startServer({ folder: folder.path });
	await applyDefinitions(server, definitions);
});
afterAll(async () => {
	await server.stop();
	await folder.remove();
});

interface Update {
	readonly featureUpdates: {
		readonly rowCount: number;
		readonly columns: readonly { readonly name: string; readonly values: readonly unknown[] }[];
	};
}

interface Answer {
	readonly data?: Update | null | undefined;
}

function frameOf({ value }: IteratorResult<Answer, unknown>): Update["featureUpdates"] {
	const frame = (value as Answer | undefined)?.data?.featureUpdates;
	if (frame === undefined) throw new Error(`No frame: ${JSON.stringify(value)}`);
	return frame;
}

const trip = (driver: number, minute: number, fare: number) => ({
	driver_id: driver,
	ended_at: `2024-05-01T08:0${minute}:00Z`,
	fare,
});

it("a push comes out of a WebSocket as the frame of the named entities that it changed", async () => {
	await push(server, "trips", [trip(1, 5, 10)]);
	const client = socket(server);
	try {
		const updates = client.iterate<Update>({
			query: `subscription ($entities: [EntityRow!]!) {
				featureUpdates(select: { features: ["last_trip:fare", "offer:price"] }, entities: $entities) {
					rowCount
					columns { name values }
				}
			}`,
			variables: {
				entities: [
					{ driver_id: 1, surge: 2 },
					{ driver_id: 2, surge: 3 },
				],
			},
		});
		const first = updates.next();
		// The subscription has no word for "I am listening": the pushes repeat until it says something.
		let minute = 0;
		const timer = setInterval(() => {
			minute = Math.min(8, minute + 1);
			void push(server, "trips", [trip(2, minute, minute), trip(3, minute, minute)]);
		}, 200);
		const { rowCount, columns } = frameOf(await first);
		clearInterval(timer);
		const fare = Number(columns.find(({ name }) => name === "fare")?.values[0]);
		expect(rowCount).toBe(1);
		expect(columns.map(({ name, values }) => [name, values])).toEqual([
			["driver_id", ["2"]],
			["surge", [3]],
			["fare", [fare]],
			["price", [fare * 3]],
		]);
		// A late row is no news.
		await push(server, "trips", [trip(1, 0, 5)]);
		await push(server, "trips", [trip(1, 9, 99)]);
		let latest: readonly unknown[] = [];
		while (latest[0] !== "1") {
			latest = frameOf(await updates.next()).columns.map(({ values }) => values[0]);
		}
		expect(latest).toEqual(["1", 2, 99, 198]);
		await updates.return?.();
	} finally {
		await client.dispose();
	}
});
