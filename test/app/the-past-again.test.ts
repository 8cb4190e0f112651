import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { applyDefinitions, ask, data } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

let folder: TemporaryFolder;
let server: TestServer;
const readings = (...values: readonly number[]): Promise<void> =>
	writeFile(
		join(folder.path, "readings.csv"),
		`sensor,value,read_at\n${values.map((value, k) => `${k},${value},2024-05-01T00:00:00Z`).join("\n")}\n`,
	);
beforeAll(async () => {
	folder = await temporaryFolder();
	await readings(1.5, 2.5, 3.5);
	server = await startServer({ folder: folder.path });
	await applyDefinitions(
		server,
		`
entities: { sensor: { joinKeys: { sensor: int64 } } }
sources:
  readings: { csv: ${join(folder.path, "readings.csv")}, eventTime: read_at, columns: { sensor: int64, value: float64, read_at: timestamp } }
  alarms: { push: {}, eventTime: rung_at, columns: { sensor: int64, loud: bool, rung_at: timestamp } }
views:
  reading: { entities: [sensor], source: readings, features: { value: float64 } }
  alarm: { entities: [sensor], source: alarms, features: { loud: bool } }
`,
	);
});
afterAll(async () => {
	expect(await server.stop()).toBe(0);
	await folder.remove();
});

const drawingFields = `id state reproduction { identical of { id } differences { column rowCount reason } } leakage { column share feature { id } }`;

interface Drawn {
	readonly id: string;
	readonly state: string;
	readonly reproduction: unknown;
	readonly leakage: unknown;
}

const ended = async (field: string, id: string, fields: string): Promise<Drawn> => {
	for (;;) {
		const { found } = await data<{ found: Drawn }>(
			server,
			`query ($id: ID!) { found: ${field}(id: $id) { ${fields} } }`,
			{
				id,
			},
		);
		if (found.state !== "QUEUED" && found.state !== "RUNNING") return found;
		await sleep(20);
	}
};
const reproduce = (id: string) =>
	data<{ reproduceTrainingSet: Readonly<Record<string, unknown>> }>(
		server,
		`mutation ($id: ID!) {
			reproduceTrainingSet(id: $id) {
				identical differences { column rowCount reason } trainingSet { id reproduction { of { id } } } userErrors { code name }
			}
		}`,
		{ id },
	);

it("a training set is reproduced, and a rewritten file is told", async () => {
	const rows = [0, 1, 2].map((sensor) => ({ sensor, event_timestamp: "2024-05-01T00:00:00Z" }));
	const { createTrainingSet } = await data<{ createTrainingSet: { trainingSet: { id: string } } }>(
		server,
		`mutation ($rows: [EntityRow!]!) {
			createTrainingSet(input: { select: { features: ["reading:value"] }, labels: { rows: $rows } }) { trainingSet { id } }
		}`,
		{ rows },
	);
	const { id } = createTrainingSet.trainingSet;
	const original = await ended("trainingSet", id, drawingFields);
	expect(original).toMatchObject({
		state: "SUCCEEDED",
		reproduction: null,
		leakage: [{ column: "value", share: 1, feature: { id: expect.any(String) as string } }],
	});
	expect((await reproduce(id)).reproduceTrainingSet).toMatchObject({
		identical: true,
		differences: [],
		trainingSet: { reproduction: { of: { id } } },
		userErrors: [],
	});
	await readings(1.5, 9, 3.5);
	const differences = [{ column: "value", rowCount: "1", reason: 'The file of the source "readings" was rewritten.' }];
	const { reproduceTrainingSet: again } = await reproduce(id);
	expect(again).toMatchObject({ identical: false, differences });
	const redrawn = (again["trainingSet"] as { id: string }).id;
	expect((await ended("trainingSet", redrawn, drawingFields)).reproduction).toEqual({
		identical: false,
		of: { id },
		differences,
	});
	expect((await reproduce("no such set")).reproduceTrainingSet).toMatchObject({
		trainingSet: null,
		userErrors: [{ code: "NOT_FOUND", name: "no such set" }],
	});
});

it("a view is backfilled, and keeps what its file then loses", async () => {
	const backfill = (view: string) =>
		data<{ backfill: { run: { id: string } | null; userErrors: unknown[] } }>(
			server,
			`mutation ($view: String!) {
				backfill(input: { view: $view, start: "2024-04-30T00:00:00Z", end: "2024-05-02T00:00:00Z", reason: "Before the file goes" }) {
					run { id } userErrors { code name hint }
				}
			}`,
			{ view },
		);
	const { run } = (await backfill("reading")).backfill;
	const done = await ended("materializationRun", run?.id ?? "", "id state rowsRead rowsWritten");
	expect(done).toMatchObject({ state: "SUCCEEDED", rowsRead: "3", rowsWritten: "3" });
	await readings(1.5);
	const read = await ask<Record<"online" | "offline", { columns: { values: unknown[] }[] }>>(
		server,
		`{
			online: onlineFeatures(select: { features: ["reading:value"] }, entities: [{ sensor: 1 }]) { columns { values } }
			offline: historicalFeatures(
				select: { features: ["reading:value"] }
				labels: [{ sensor: 1, event_timestamp: "2024-05-03T00:00:00Z" }]
			) { columns { values } }
		}`,
	);
	expect(read.data?.online.columns.at(-1)?.values).toEqual([9]);
	expect(read.data?.offline.columns.at(-1)?.values).toEqual([9]);
	expect((await backfill("alarm")).backfill).toMatchObject({
		run: null,
		userErrors: [{ code: "UNSUPPORTED", name: "alarm", hint: expect.stringContaining("Push the rows") as string }],
	});
});
