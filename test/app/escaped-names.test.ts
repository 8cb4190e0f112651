import { expect, it } from "vitest";
import { parseJson } from "../../core/values/parse-json.ts";
import { appliedServer } from "../support/applied-server.ts";
import { allEvents, push } from "../support/graphql-client.ts";

const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  notes: { push: {}, eventTime: at, columns: { driver_id: int64, at: timestamp, note: json } }
views:
  noted: { entities: [driver], source: notes, features: { note: json } }
  again:
    kind: on-demand
    inputs: { request: { said: json }, views: [noted] }
    features: { heard: { type: json, expression: "request.said" } }
`;

const server = appliedServer(definitions);

const post = async (path: string, body: unknown): Promise<unknown> => {
	const response = await fetch(`${server.url}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	});
	// As it is written: fetch would parse it with the defect of V8 that this is about.
	return parseJson(await response.text());
};

const features = ["noted:note", "again:heard"];
const query =
	"query ($features: [FeatureRef!]!, $entities: [EntityRow!]!) { onlineFeatures(select: { features: $features }, entities: $entities) { columns { name values } } }";

const pushing = "mutation ($input: PushInput!) { push(input: $input) { accepted } }";

it("JSON keeps its names through every door, whatever somebody sent before", async () => {
	const row = (driver: number, note: object) => ({ driver_id: driver, at: `2024-05-01T08:0${driver}:00Z`, note });
	const before = { h: [], "\\": 0 };
	const note = { h: 1, "\n": { h: 2, '"': ["é\\"] } };
	await push(server, "notes", [row(1, before)]);
	expect(await push(server, "notes", [row(2, note)])).toMatchObject({ accepted: 1, rejected: [] });
	expect(await post("/push", { into: { source: "notes" }, rows: [row(3, note)] })).toMatchObject({ accepted: 1 });
	const input = { into: { source: "notes" }, rows: [row(4, note)] };
	expect(await allEvents(server, pushing, { input })).toEqual([{ push: { accepted: 1 } }]);

	const entities = [1, 2, 3, 4].map((driver) => ({ driver_id: driver, said: note }));
	const columns = [{ values: [before, note, note, note] }, { values: [note, note, note, note] }];
	expect(await post("/features", { select: { features }, entities })).toMatchObject({ columns });
	const answer = await post("/graphql", { query, variables: { features, entities } });
	expect(answer).toMatchObject({
		data: { onlineFeatures: { columns: [{ name: "driver_id" }, { name: "said" }, ...columns] } },
	});
});
