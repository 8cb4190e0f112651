import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { offlineViewOf } from "../../../../core/offline/offline-view.ts";
import type { JobQueue } from "../../../../core/ports/job-queue.ts";
import { scalar } from "../../../../core/values/type.ts";
import { retention } from "../../../../jobs/retention.ts";
import { type CreateTrainingSetInput, createTrainingSet } from "../../../../services/training/create-training-set.ts";
import { drawTrainingSet } from "../../../../services/training/draw/draw-training-set.ts";
import { reproduceTrainingSet } from "../../../../services/training/provenance/reproduce-training-set.ts";
import { createUpload, receiveUpload } from "../../../../services/training/uploads/uploads.ts";
import { testDatabase } from "../../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../../support/run-house.ts";

const start = 1_704_067_200_000_000n;
const never = new AbortController().signal;
const iso = (minute: number): string => new Date(Number(start / 1000n) + minute * 60_000).toISOString();
const labelCount = 3000;

describe("training sets that are drawn again", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	const weather = (wind: (airport: number) => number) =>
		writeFile(
			join(house.folder, "weather.csv"),
			`airport,wind,event_ts\n${Array.from({ length: 30 }, (_, k) => `A${k},${wind(k)},2024-01-01T00:00:00Z`).join("\n")}\n`,
		);
	beforeAll(async () => {
		// Every third row of a delay was loaded an hour late.
		await test.database.pool.query(`
			CREATE TABLE public.delays (airport text, delay float8, event_ts timestamptz, loaded_at timestamptz);
			INSERT INTO public.delays
			SELECT 'A' || k, k, '2024-01-01', '2024-01-01'::timestamptz + CASE k % 3 WHEN 0 THEN interval '1 hour' ELSE interval '0' END
			FROM generate_series(0, 29) AS k;
			CREATE TABLE public.flights (flight int8, airport text, event_ts timestamptz);
			INSERT INTO public.flights
			SELECT f, 'A' || (f % 30), '2024-01-01'::timestamptz + interval '5 minutes' FROM generate_series(1, ${labelCount}) AS f;
			CREATE TABLE public.outcomes (flight int8, late bool, event_ts timestamptz);
			INSERT INTO public.outcomes SELECT flight, flight % 2 = 0, event_ts FROM public.flights`);
		house = await runHouse(test.database, start + 3_600_000_000n);
		await weather((k) => k);
		const airport = [{ name: "airport", type: scalar("STRING") }];
		const flight = [{ name: "flight", type: scalar("INT64") }];
		const table = (name: string) =>
			({ origin: { kind: "postgres", connection: null, table: `public.${name}` } }) as const;
		registry = await fixtureRegistry(
			test.database,
			[
				{
					name: "delays",
					joinKeys: airport,
					features: [featureOf("delay", scalar("FLOAT64"))],
					rows: { ...table("delays"), createdTime: "loaded_at" },
				},
				{
					name: "weather",
					joinKeys: airport,
					features: [featureOf("wind", scalar("FLOAT64"))],
					rows: { origin: { kind: "csv", path: join(house.folder, "weather.csv") } },
				},
				{ name: "outcomes", joinKeys: flight, features: [featureOf("late", scalar("BOOL"))], rows: table("outcomes") },
				{
					name: "flights",
					joinKeys: flight,
					features: [featureOf("airport", scalar("STRING"))],
					rows: table("flights"),
				},
			],
			{
				name: "context",
				inputs: { request: [], views: ["weather"] },
				features: [featureOf("wind_twice", scalar("FLOAT64"), "weather.wind * 2.0")],
			},
			start,
		);
	});
	afterAll(() => house.close());

	const deps = () => ({
		...house,
		registry,
		mostInlineRows: 1000,
		limitBytes: 1_000_000,
		scratchFolder: house.folder,
		reproduceWaitMs: 10_000,
		queue: drawing(),
	});
	/** Carries out what is enqueued. */
	const drawing = (): JobQueue => ({
		...house.queue,
		enqueue: async ({ data }) => {
			void drawTrainingSet({ ...house, registry, scratchFolder: house.folder }, data["runId"] ?? "", never);
		},
	});
	const input: CreateTrainingSetInput = {
		project: "default",
		name: "delays",
		select: { features: ["delays:delay", "weather:wind", "context:wind_twice"] },
		bindings: [],
		labels: { kind: "source", source: "flights" },
		timestampColumn: "event_ts",
		known: { kind: "event" },
		format: "PARQUET",
		fullFeatureNames: false,
		idempotencyKey: null,
	};
	const drawn = async (more: Partial<CreateTrainingSetInput> = {}) => {
		const { run } = await createTrainingSet({ ...deps(), queue: house.queue }, anyone, { ...input, ...more });
		await drawTrainingSet(deps(), run.id, never);
		const set = await house.training.get(run.id);
		if (set?.result == null) throw new Error(`It failed: ${set?.run.failure?.message}`);
		return set;
	};
	const pushLate = async () => {
		const { log } = offlineViewOf(registry.view("delays"));
		if (log === null) throw new Error("The view has no log.");
		await house.log.ensure(log);
		const row = { airport: "A1", delay: -1, event_ts: start + 60_000_000n, loaded_at: start + 60_000_000n };
		const values = log.columns.map(({ name }) => row[name as keyof typeof row]);
		await house.log.append(log, [{ values, deleted: false }], { online: false, dueAt: [null] });
	};

	it("are identical although rows were pushed since, and are sets of their own", async () => {
		const original = await drawn();
		await pushLate();
		const again = await reproduceTrainingSet(deps(), anyone, original.run.id);
		expect(again.run.id).not.toBe(original.run.id);
		expect(again.reproductionOf).toBe(original.run.id);
		expect(again.result?.contentHash).toBe(original.result?.contentHash);
		expect(again.result?.comparison).toEqual({ identical: true, differences: [] });
		expect((await drawn()).result?.contentHash).not.toBe(original.result?.contentHash);
	});

	it.each(["PARQUET", "CSV", "NDJSON"] as const)(
		"tell a rewritten file by its columns and rows, in %s",
		async (format) => {
			await weather((k) => k);
			const original = await drawn({ format });
			await weather((k) => (k < 10 ? k : k + 0.5));
			const again = await reproduceTrainingSet(deps(), anyone, original.run.id);
			const reason = 'The file of the source "weather" was rewritten.';
			expect(again.result?.comparison).toEqual({
				identical: false,
				differences: [
					{ column: "wind", rowCount: "2000", reason },
					{ column: "wind_twice", rowCount: "2000", reason },
				],
			});
		},
	);

	it("tell labels that changed, and rows of tables that did", async () => {
		const original = await drawn();
		await test.database.pool.query("UPDATE public.delays SET delay = delay + 100 WHERE airport = 'A3'");
		const changed = await reproduceTrainingSet(deps(), anyone, original.run.id);
		expect(changed.result?.comparison?.differences).toEqual([
			{
				column: "delay",
				rowCount: "100",
				reason: expect.stringContaining('The table of the source "delays"') as string,
			},
		]);
		await test.database.pool.query("INSERT INTO public.flights VALUES (0, 'A1', '2024-01-01 00:05')");
		const longer = await reproduceTrainingSet(deps(), anyone, changed.run.id);
		const differences = longer.result?.comparison?.differences ?? [];
		expect(differences.map(({ column }) => column)).toEqual([
			"airport",
			"flight",
			"event_ts",
			"delay",
			"wind",
			"wind_twice",
		]);
		expect(differences.find(({ column }) => column === "event_ts")?.rowCount).toBe("1");
		for (const { reason } of differences) expect(reason).toMatch(/^The label rows changed/);
	});

	it("keep the upload that they took their labels from", async () => {
		const { id } = await createUpload(deps(), anyone, { project: "default", format: "NDJSON", byteCount: null });
		const unused = await createUpload(deps(), anyone, { project: "default", format: "NDJSON", byteCount: null });
		await receiveUpload(deps(), anyone, id, Readable.from([JSON.stringify({ airport: "A1", event_ts: iso(3) })]));
		const original = await drawn({ labels: { kind: "upload", upload: id } });
		house.time.now += 48n * 3_600_000_000n;
		await retention({ ...house }, never);
		house.time.now -= 48n * 3_600_000_000n;
		expect(await house.uploads.get(unused.id)).toBeNull();
		const again = await reproduceTrainingSet(deps(), anyone, original.run.id);
		expect(again.result?.comparison?.identical).toBe(true);
	});

	it("come back running when they take long, and refuse what cannot be compared", async () => {
		const original = await drawn();
		const again = await reproduceTrainingSet(
			{ ...deps(), queue: house.queue, reproduceWaitMs: 50 },
			anyone,
			original.run.id,
		);
		expect(again).toMatchObject({ run: { state: "QUEUED" }, reproductionOf: original.run.id, result: null });
		await expect(reproduceTrainingSet(deps(), anyone, again.run.id)).rejects.toMatchObject({ code: "CONFLICT" });
		await expect(reproduceTrainingSet(deps(), anyone, "nothing")).rejects.toMatchObject({ code: "NOT_FOUND" });
	});

	it("say which features look like knowledge from the future", async () => {
		const set = await drawn({ select: { features: ["delays:delay", "weather:wind", "outcomes:late"] } });
		expect(set.result?.leakage?.map(({ column, share }) => [column, share])).toEqual([
			// 'A1' has a newer row, pushed after the fact; every third was loaded late.
			["delay", expect.closeTo(11 / 30, 2) as number],
			["late", expect.closeTo(1, 2) as number],
		]);
		const known = await drawn({ select: { features: ["delays:delay"] }, known: { kind: "atLabelTime" } });
		expect(known.result?.leakage).toEqual([]);
		expect((await readFile(await house.blobs.localPath(`training-sets/${set.run.id}.parquet`))).byteLength).toBe(
			Number(set.result?.byteCount),
		);
	});
});
