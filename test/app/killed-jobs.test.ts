import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { applyDefinitions, data } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const keyCount = 150_000;
const labelCount = 300_000;

const definitions = (folder: string) => `
entities: { sensor: { joinKeys: { sensor: int64 } } }
sources:
  readings: { csv: ${join(folder, "readings.csv")}, eventTime: read_at, columns: { sensor: int64, value: float64, read_at: timestamp } }
  questions: { csv: ${join(folder, "questions.csv")}, eventTime: asked_at, columns: { sensor: int64, asked_at: timestamp } }
views:
  calm: { entities: [sensor], source: readings, features: { value: float64 } }
  struck: { entities: [sensor], source: readings, features: { value: float64 } }
`;

interface Run {
	readonly id: string;
	readonly state: string;
	readonly rowsRead?: string;
	readonly rowCount?: string;
	readonly contentHash?: string;
	readonly failure: { readonly message: string } | null;
}

/** The server is killed in the middle of a run, starts again on what is there, and ends the run as if nothing had been. */
describe("kill -9", () => {
	let folder: TemporaryFolder;
	let server: TestServer;
	beforeAll(async () => {
		folder = await temporaryFolder();
		const rows = Array.from({ length: keyCount }, (_, k) => `${k},${k * 0.5},2024-05-01T0${k % 10}:00:00Z`);
		await writeFile(join(folder.path, "readings.csv"), `sensor,value,read_at\n${rows.join("\n")}\n`);
		const labels = Array.from({ length: labelCount }, (_, k) => `${(k * 7) % (keyCount + 9)},2024-05-01T05:00:00Z`);
		await writeFile(join(folder.path, "questions.csv"), `sensor,asked_at\n${labels.join("\n")}\n`);
		server = await startServer({ folder: folder.path });
		await applyDefinitions(server, definitions(folder.path));
	});
	afterEach(() => {
		expect(server.stderr()).not.toMatch(/"level":[56]0/);
	});
	afterAll(async () => {
		await server.stop();
		await folder.remove();
	});

	const start = async (mutation: string, field: string): Promise<string> => {
		const answer = await data<Readonly<Record<string, { userErrors: unknown[] } & Readonly<Record<string, Run>>>>>(
			server,
			`mutation { started: ${mutation} { ${field} { id } userErrors { code message } } }`,
		);
		const run = answer["started"]?.[field];
		if (run === undefined) throw new Error(JSON.stringify(answer));
		return run.id;
	};
	const look = async (field: string, id: string, more: string): Promise<Run> => {
		const query = `query ($id: ID!) { run: ${field}(id: $id) { id state failure { message } ${more} } }`;
		return (await data<{ run: Run }>(server, query, { id })).run;
	};
	const until = async (get: () => Promise<Run>, isReached: (run: Run) => boolean): Promise<Run> => {
		for (;;) {
			const run = await get();
			if (isReached(run)) return run;
			await sleep(20);
		}
	};
	const ended = ({ state }: Run): boolean => state !== "QUEUED" && state !== "RUNNING";
	const strike = async (): Promise<void> => {
		expect(await server.stop("SIGKILL")).toBe("SIGKILL");
		server = await startServer({ folder: folder.path });
	};
	const values = async (view: string): Promise<unknown[]> => {
		const entities = Array.from({ length: 5_000 }, (_, k) => ({ sensor: (k * 31) % (keyCount + 100) }));
		const { read } = await data<{ read: { columns: { values: unknown[]; eventTimes: unknown[] | null }[] } }>(
			server,
			`query ($entities: [EntityRow!]!) {
				read: onlineFeatures(select: { features: ["${view}:value"] }, entities: $entities) { columns { values eventTimes } }
			}`,
			{ entities },
		);
		return read.columns.flatMap((column) => [...column.values, ...(column.eventTimes ?? [])]);
	};

	it("in a materialization: it goes on and leaves the values of an undisturbed one", async () => {
		const materialize = (view: string) => start(`materialize(input: { views: ["${view}"] })`, "run");
		const get = (id: string) => () => look("materializationRun", id, "rowsRead");
		const calm = await until(get(await materialize("calm")), ended);
		expect(calm).toMatchObject({ state: "SUCCEEDED", rowsRead: String(keyCount) });
		const id = await materialize("struck");
		const before = await until(get(id), (run) => ended(run) || Number(run.rowsRead) > 0);
		expect(before.state).toBe("RUNNING");
		await strike();
		const after = await until(get(id), ended);
		expect(after).toMatchObject({ state: "SUCCEEDED", rowsRead: String(keyCount), failure: null });
		expect(await values("struck")).toEqual(await values("calm"));
	});

	it("in a training set: it is drawn to the same content", async () => {
		const draw = () =>
			start(
				'createTrainingSet(input: { select: { features: ["calm:value"] }, labels: { source: "questions" }, timestampColumn: "asked_at" })',
				"trainingSet",
			);
		const get = (id: string) => () => look("trainingSet", id, "rowCount contentHash");
		const calm = await until(get(await draw()), ended);
		expect(calm).toMatchObject({ state: "SUCCEEDED", rowCount: String(labelCount) });
		const id = await draw();
		const before = await until(get(id), ({ state }) => state !== "QUEUED");
		expect(before.state).toBe("RUNNING");
		await strike();
		const after = await until(get(id), ended);
		expect(after).toMatchObject({ state: "SUCCEEDED", contentHash: calm.contentHash, failure: null });
	});
});
