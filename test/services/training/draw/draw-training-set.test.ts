import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { offlineViewOf } from "../../../../core/offline/offline-view.ts";
import type { FeatureJoin } from "../../../../core/ports/feature-join.ts";
import type { FileFormat } from "../../../../core/ports/offline-engine.ts";
import { scalar } from "../../../../core/values/type.ts";
import type { ColumnBatch } from "../../../../core/values/value.ts";
import { cancelRun, followRun } from "../../../../services/runs/run-service.ts";
import { type CreateTrainingSetInput, createTrainingSet } from "../../../../services/training/create-training-set.ts";
import { drawTrainingSet } from "../../../../services/training/draw/draw-training-set.ts";
import { explainTrainingSet } from "../../../../services/training/explain-training-set.ts";
import { historicalFeatures } from "../../../../services/training/historical-features.ts";
import { trainingSets, trainingSetUrl } from "../../../../services/training/training-sets.ts";
import { createUpload, receiveUpload } from "../../../../services/training/uploads/uploads.ts";
import { testDatabase } from "../../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../../support/run-house.ts";

const start = 1_704_067_200_000_000n;
const never = new AbortController().signal;
const iso = (minute: number): string => new Date(Number(start / 1000n) + minute * 60_000).toISOString();

async function* one(batch: ColumnBatch): AsyncGenerator<ColumnBatch> {
	yield batch;
}

interface DrawnRow {
	readonly airport: string;
	readonly hour: number;
	readonly flight: string;
	readonly delay: number | null;
	readonly rush_delay: number | null;
	readonly flights: string | null;
}

describe("training sets", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	beforeAll(async () => {
		await test.database.pool.query(`
			CREATE TABLE public.delays (airport text, delay float8, flights int8, event_ts timestamptz);
			INSERT INTO public.delays
			SELECT 'A' || k, k + e * 0.5, 9007199254740993 + e, '2024-01-01'::timestamptz + e * interval '1 minute'
			FROM generate_series(1, 50) AS k, generate_series(0, 9) AS e;
			CREATE INDEX ON public.delays (airport, event_ts);
			CREATE TABLE public.flights (flight int8, airport text, hour int4, late bool, event_ts timestamptz);
			INSERT INTO public.flights
			SELECT f, 'A' || (f % 60), f % 24, f % 3 = 0, '2024-01-01'::timestamptz + (f % 12) * interval '1 minute'
			FROM generate_series(1, 9000) AS f`);
		house = await runHouse(test.database, start + 3_600_000_000n);
		await writeFile(
			join(house.folder, "weather.csv"),
			`airport,wind,file_row_number,event_ts\n${Array.from({ length: 40 }, (_, k) => `A${k + 1},${k * 1.25},${k % 7},2024-01-01T00:0${k % 10}:00Z`).join("\n")}\n`,
		);
		const airport = { name: "airport", type: scalar("STRING") };
		registry = await fixtureRegistry(
			test.database,
			[
				{
					name: "delays",
					joinKeys: [airport],
					features: [featureOf("delay", scalar("FLOAT64")), featureOf("flights", scalar("INT64"))],
					rows: { origin: { kind: "postgres", connection: null, table: "public.delays" } },
				},
				{
					name: "weather",
					joinKeys: [airport],
					features: [featureOf("wind", scalar("FLOAT64")), featureOf("file_row_number", scalar("INT64"))],
					rows: { origin: { kind: "csv", path: join(house.folder, "weather.csv") } },
				},
				{
					name: "flights",
					joinKeys: [{ name: "flight", type: scalar("INT64") }],
					features: [featureOf("late", scalar("BOOL"))],
					rows: { origin: { kind: "postgres", connection: null, table: "public.flights" } },
				},
				{
					name: "departures",
					joinKeys: [{ name: "flight", type: scalar("INT64") }],
					features: [featureOf("late", scalar("BOOL"))],
					rows: {
						origin: { kind: "push" },
						columns: [
							{ name: "flight", type: scalar("INT64") },
							airport,
							{ name: "hour", type: scalar("INT32") },
							{ name: "late", type: scalar("BOOL") },
							{ name: "event_ts", type: scalar("TIMESTAMP") },
						],
					},
				},
			],
			{
				name: "context",
				inputs: { request: [{ name: "hour", type: scalar("INT32") }], views: ["delays"] },
				features: [
					featureOf("rush_delay", scalar("FLOAT64"), "request.hour >= 16 ? delays.delay * 1.5 : delays.delay"),
				],
			},
			start,
		);
	});
	afterAll(() => house.close());

	const deps = (join: FeatureJoin = house.join) => ({
		...house,
		registry,
		join,
		mostInlineRows: 1000,
		limitBytes: 1_000_000,
		scratchFolder: house.folder,
	});
	const input = (more: Partial<CreateTrainingSetInput> = {}): CreateTrainingSetInput => ({
		project: "default",
		name: null,
		select: { features: ["delays:delay", "delays:flights", "weather:wind", "context:rush_delay"] },
		bindings: [],
		labels: { kind: "source", source: "flights" },
		timestampColumn: "event_ts",
		known: { kind: "event" },
		format: "PARQUET",
		fullFeatureNames: false,
		idempotencyKey: null,
		...more,
	});
	const drawn = async (more: Partial<CreateTrainingSetInput> = {}) => {
		const { run } = await createTrainingSet(deps(), anyone, input(more));
		await drawTrainingSet(deps(), run.id, never);
		const set = await house.training.get(run.id);
		if (set?.result == null) throw new Error(`It failed: ${set?.run.failure?.message}`);
		return { ...set, result: set.result };
	};

	it("have features that are called as DuckDB calls the position of a row", async () => {
		const { result } = await drawn({ select: { features: ["weather:file_row_number", "delays:delay"] } });
		expect(result.rowCount).toBe(9000n);
		const profiled = result.provenance.profile?.columns.find(({ name }) => name === "file_row_number");
		expect(profiled).toMatchObject({ min: "0", max: "6", distinctCount: 7 });
	});

	it("join stored views of two engines and an expression to labels, in every format with one content hash", async () => {
		const hashes = new Set<string>();
		for (const format of ["PARQUET", "ARROW", "CSV", "NDJSON"] satisfies FileFormat[]) {
			const set = await drawn({ format });
			expect(set.run).toMatchObject({ state: "SUCCEEDED", progress: 1 });
			expect(set.result.rowCount).toBe(9000n);
			expect(trainingSetUrl(set)).toBe(`/files/training-sets/${set.run.id}.${format.toLowerCase()}`);
			const { byteCount } = (await house.blobs.stat(`training-sets/${set.run.id}.${format.toLowerCase()}`)) ?? {};
			expect(BigInt(byteCount ?? 0)).toBe(set.result.byteCount);
			hashes.add(set.result.contentHash);
		}
		expect(hashes.size).toBe(1);
	});

	it("have join keys first, then request and label columns, then features as asked for; and say where they came from", async () => {
		const set = await drawn({ format: "NDJSON" });
		const { provenance } = set.result;
		expect(provenance.columns.map(({ name, role }) => [name, role])).toEqual([
			["airport", "JOIN_KEY"],
			["hour", "REQUEST"],
			["flight", "LABEL"],
			["late", "LABEL"],
			["event_ts", "LABEL"],
			["delay", "FEATURE"],
			["flights", "FEATURE"],
			["wind", "FEATURE"],
			["rush_delay", "FEATURE"],
		]);
		expect(provenance.views.map(({ name, engine }) => [name, engine])).toEqual([
			["delays", "duckdb"],
			["weather", "duckdb"],
			["context", null],
		]);
		const path = await house.blobs.localPath(`training-sets/${set.run.id}.ndjson`);
		const rows = (await readFile(path, "utf8"))
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as DrawnRow);
		expect(rows).toHaveLength(9000);
		for (const row of rows) {
			const key = Number(row.airport.slice(1));
			const minute = Number(row.flight) % 12;
			const known = key >= 1 && key <= 50 ? key + Math.min(minute, 9) * 0.5 : null;
			expect(row.delay).toBe(known);
			expect(row.rush_delay).toBe(known === null ? null : row.hour >= 16 ? known * 1.5 : known);
			if (known !== null) expect(row.flights).toBe(String(9007199254740993n + BigInt(Math.min(minute, 9))));
		}
		const nulls = rows.filter((row) => row.delay === null).length;
		expect(provenance.columns.find(({ name }) => name === "delay")?.nullCount).toBe(String(nulls));
	});

	it("come out the same when they are drawn again after their worker died", async () => {
		const whole = await drawn();
		const { run } = await createTrainingSet(deps(), anyone, input());
		const stopping = new AbortController();
		const dying: FeatureJoin = {
			...house.join,
			async *rows(labels, request) {
				for await (const batch of house.join.rows(labels, request)) {
					yield batch;
					stopping.abort(new Error("The worker is gone."));
				}
			},
		};
		await expect(drawTrainingSet(deps(dying), run.id, stopping.signal)).rejects.toThrow();
		expect((await house.runs.get(run.id))?.state).toBe("RUNNING");
		// Pushed since: behind the recorded positions.
		const { log } = offlineViewOf(registry.view("delays"));
		if (log === null) throw new Error("The view has no log.");
		await house.log.ensure(log);
		const values = log.columns.map(
			({ name }) => ({ airport: "A1", delay: -1, flights: -1n, event_ts: start + 60_000_000n })[name] ?? null,
		);
		await house.log.append(log, [{ values, deleted: false }], { online: false, dueAt: [null] });
		await drawTrainingSet(deps(), run.id, never);
		const again = await house.training.get(run.id);
		expect(again?.result?.contentHash).toBe(whole.result.contentHash);
		const later = await drawn();
		expect(later.result.contentHash).not.toBe(whole.result.contentHash);
	});

	it("of pushed labels come out the same, whatever was pushed since", async () => {
		const { log } = offlineViewOf(registry.view("departures")).relation;
		if (log === null) throw new Error("The source has no log.");
		const push = async (flight: bigint): Promise<void> => {
			await house.log.ensure(log);
			const values = [flight, "A1", 17, true, start + 60_000_000n];
			await house.log.append(log, [{ values, deleted: false }], { online: false, dueAt: [null] });
		};
		await push(1n);
		await push(2n);
		const query = "SELECT airport, hour, event_ts, flight FROM departures WHERE flight > 0 ORDER BY flight";
		for (const labels of [
			{ kind: "source", source: "departures" },
			{ kind: "sql", source: "departures", query },
		] as const) {
			const before = await drawn({ labels });
			const { run } = await createTrainingSet(deps(), anyone, input({ labels }));
			await push(3n);
			await drawTrainingSet(deps(), run.id, never);
			const { result } = (await house.training.get(run.id)) ?? {};
			expect(result?.rowCount).toBe(before.result.rowCount);
			expect(result?.contentHash).toBe(before.result.contentHash);
			expect((await drawn({ labels })).result.rowCount).toBe(before.result.rowCount + 1n);
		}
	});

	it("are followed to their end, and can be cancelled", async () => {
		const { run } = await createTrainingSet(deps(), anyone, input());
		const progress = await followRun(deps(), anyone, run.id, ["training-set"]);
		expect((await progress.next()).value).toMatchObject({ state: "QUEUED" });
		await drawTrainingSet(deps(), run.id, never);
		const states: string[] = [];
		for await (const { state } of progress) states.push(state);
		expect(states.at(-1)).toBe("SUCCEEDED");

		const { run: other } = await createTrainingSet(deps(), anyone, input());
		let aborted: AbortSignal | null = null;
		const slow: FeatureJoin = {
			...house.join,
			async *rows(labels, request) {
				aborted = request.signal;
				await cancelRun(deps(), anyone, other.id);
				yield* house.join.rows(labels, request);
			},
		};
		await drawTrainingSet(deps(slow), other.id, never);
		expect((await house.training.get(other.id))?.run.state).toBe("CANCELLED");
		expect((aborted as AbortSignal | null)?.aborted).toBe(true);
		expect(await cancelRun(deps(), anyone, other.id)).toBe(false);
	});

	it("take their labels from rows, an upload, SQL over a source, and every entity of a view", async () => {
		const rows = [
			{ airport: "A1", hour: 17, event_ts: iso(3), note: "x" },
			{ airport: "A2", hour: 1, event_ts: iso(4), note: "y" },
		];
		const inline = await drawn({ labels: { kind: "rows", rows }, format: "CSV" });
		const upload = await createUpload(deps(), anyone, { project: "default", format: "NDJSON", byteCount: null });
		const text = rows.map((row) => JSON.stringify(row)).join("\n");
		await receiveUpload(deps(), anyone, upload.id, Readable.from([text]));
		const uploaded = await drawn({ labels: { kind: "upload", upload: upload.id } });
		expect(uploaded.result.contentHash).toBe(inline.result.contentHash);

		const query = "SELECT airport, hour, event_ts, flight FROM flights WHERE flight <= 100";
		const queried = await drawn({ labels: { kind: "sql", source: "flights", query } });
		expect(queried.result.rowCount).toBe(100n);

		const at = [start, start + 60_000_000n];
		const select = { features: ["delays:delay"] };
		const grid = await drawn({ select, labels: { kind: "everyEntity", view: "delays", at } });
		expect(grid.result.rowCount).toBe(100n);
		expect(grid.result.provenance.columns.find(({ name }) => name === "delay")?.nullCount).toBe("0");
	});

	it("say what is wrong with their labels", async () => {
		const fails = async (more: Partial<CreateTrainingSetInput>) => {
			const { run } = await createTrainingSet(deps(), anyone, input(more));
			await drawTrainingSet(deps(), run.id, never);
			return (await house.runs.get(run.id))?.failure;
		};
		const sql = (query: string) => fails({ labels: { kind: "sql", source: "flights", query } });
		expect(await sql("SELECT airport AS airprt, hour, event_ts FROM flights")).toMatchObject({
			code: "LABELS_INVALID",
			name: "airport",
			nearest: ["airprt"],
		});
		expect(await sql("SELECT flight AS airport, hour, event_ts FROM flights")).toMatchObject({
			code: "LABELS_INVALID",
			name: "airport",
		});
		expect(await sql("SELECT airport, hour, now() AS event_ts FROM flights")).toMatchObject({
			code: "INVALID_SQL",
			message: "The SQL of the labels uses now(), whose value changes from run to run.",
		});
		expect(await sql("SELECT airport, 9999999999 AS hour, event_ts FROM flights")).toMatchObject({
			code: "LABELS_INVALID",
			index: 0,
		});
		expect(await sql("SELECT airport, hour, event_ts, 1 AS delay FROM flights")).toMatchObject({
			code: "NAME_COLLISION",
			name: "delay",
		});
		expect(await fails({ known: { kind: "atLabelTime" } })).toMatchObject({ code: "BAD_USER_INPUT" });
		await expect(
			createTrainingSet(
				deps(),
				anyone,
				input({ labels: { kind: "rows", rows: [{ airport: "A1", hour: "x", event_ts: iso(1) }] } }),
			),
		).rejects.toMatchObject({ code: "LABELS_INVALID", details: { index: 0, name: "hour" } });
		await expect(
			createTrainingSet(deps(), anyone, input({ labels: { kind: "source", source: "fligths" } })),
		).rejects.toMatchObject({
			code: "UNKNOWN_SOURCE",
			details: { nearest: ["flights"] },
		});
	});

	it("can be explained before they are drawn: a scan for each source, with its engine, statements and cost", async () => {
		const labels = { kind: "rows", rows: [{ airport: "A1", hour: 17, event_ts: iso(3) }] } as const;
		const scans = await explainTrainingSet(deps(), anyone, input({ labels }), never);
		expect(scans.map(({ views, engine, strategy, features }) => [views, engine, strategy, features])).toEqual([
			[["delays"], "postgres", "INDEX_LOOKUP", ["delay", "flights"]],
			[["weather"], "duckdb", "AS_OF_JOIN", ["wind"]],
		]);
		expect(scans[0]?.sql[0]).toMatch(/LATERAL .*"delays".* WITH TIES/);
		expect(scans[1]?.sql.join("\n")).toMatch(/read_csv\(\['weather.csv'\][\s\S]*ASOF JOIN/);
		expect(JSON.stringify(scans)).not.toContain(house.folder);
		// What an uploaded file says of its rows is enough: one row of it costs what one inline does.
		const [file, columns] = [join(house.folder, "explained.parquet"), [{ name: "airport", type: scalar("STRING") }]];
		await house.frames.write(file, "PARQUET", columns, one({ rowCount: 3, columns: [["A1", "A2", null]] }));
		const upload = await createUpload(deps(), anyone, { project: "default", format: "PARQUET", byteCount: null });
		await receiveUpload(deps(), anyone, upload.id, createReadStream(file));
		const ofUpload = input({ labels: { kind: "upload", upload: upload.id } });
		const [delays] = await explainTrainingSet(deps(), anyone, ofUpload, never);
		expect(delays?.estimatedCost).toBeGreaterThan(scans[0]?.estimatedCost ?? Number.NaN);
		const unknown = input({ select: { features: ["delays:dealy"] } });
		await expect(explainTrainingSet(deps(), anyone, unknown, never)).rejects.toMatchObject({
			details: { nearest: ["delays:delay"] },
		});
	});

	it("are one for one idempotency key, and page newest first", async () => {
		const key = { idempotencyKey: "nightly", name: "nightly" };
		const sets = await Promise.all([1, 2, 3].map(() => createTrainingSet(deps(), anyone, input(key))));
		expect(new Set(sets.map(({ run }) => run.id)).size).toBe(1);
		const first = await trainingSets(deps(), anyone, "default", { first: 2, after: null });
		const second = await trainingSets(deps(), anyone, "default", { first: 500, after: first.rows[1]?.run.id ?? null });
		const ids = [...first.rows, ...second.rows].map(({ run }) => run.id);
		expect(first.hasNextPage).toBe(true);
		expect(new Set(ids).size).toBe(ids.length);
		expect(ids).toContain(sets[0]?.run.id);
	});

	it("inline, as a frame: a bad row keeps its place and the others are answered", async () => {
		const { project, select, bindings, timestampColumn, known, fullFeatureNames } = input();
		const labels = [
			{ airport: "A1", hour: 17, event_ts: iso(3), late: true },
			{ airport: "A2", hour: "noon", event_ts: iso(3), late: false },
			{ airport: "A3", hour: 1, event_ts: "no time", late: null },
			{ airport: null, hour: 1, event_ts: iso(3), late: null },
			{ airport: "A1", hour: 1, event_ts: iso(-1), late: null },
		];
		const request = { project, select, bindings, timestampColumn, known, fullFeatureNames, labels, signal: never };
		const frame = await historicalFeatures(deps(), anyone, request);
		expect(frame.rowCount).toBe(5);
		expect(frame.rowErrors.map(({ index, name }) => [index, name])).toEqual([
			[1, "hour"],
			[2, "event_ts"],
		]);
		const column = (name: string) => frame.columns.find((candidate) => candidate.name === name);
		expect(column("delay")).toMatchObject({
			values: [2.5, null, null, null, null],
			statuses: ["PRESENT", "ERROR", "ERROR", "NOT_FOUND", "NOT_FOUND"],
			eventTimes: [start + 180_000_000n, null, null, null, null],
		});
		expect(column("rush_delay")).toMatchObject({ values: [3.75, null, null, null, null], eventTimes: null });
		expect(column("rush_delay")?.statuses?.slice(0, 3)).toEqual(["PRESENT", "ERROR", "ERROR"]);
		expect(column("flights")?.values[0]).toBe("9007199254740996");
		expect(column("late")).toMatchObject({ role: "LABEL", values: [true, false, null, null, null], statuses: null });
	});
});
