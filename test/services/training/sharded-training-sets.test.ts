import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FeatureJoin } from "../../../core/ports/feature-join.ts";
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import { scalar } from "../../../core/values/type.ts";
import { cancelRun } from "../../../services/runs/run-service.ts";
import { type CreateTrainingSetInput, createTrainingSet } from "../../../services/training/create-training-set.ts";
import type { DrawLimits } from "../../../services/training/draw/draw-limits.ts";
import { drawTrainingSet } from "../../../services/training/draw/draw-training-set.ts";
import type { Manifest } from "../../../services/training/draw/manifest.ts";
import { mayDownload, trainingSetUrl } from "../../../services/training/training-sets.ts";
import { testDatabase } from "../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../support/run-house.ts";

const start = 1_704_067_200_000_000n;
const never = new AbortController().signal;
const labelCount = 3000;
const shardRows = 700;
/** 3000 rows in shards of about 700. */
const shardCount = 4;

interface DrawnRow {
	readonly flight: string;
	readonly delay: number | null;
	readonly wind: number | null;
}

describe("training sets in shards", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	const weather = (wind: (airport: number) => number) =>
		writeFile(
			join(house.folder, "weather.csv"),
			`airport,wind,event_ts\n${Array.from({ length: 40 }, (_, k) => `A${k},${wind(k)},2024-01-01T00:0${k % 10}:00Z`).join("\n")}\n`,
		);
	beforeAll(async () => {
		await test.database.pool.query(`
			CREATE TABLE public.delays (airport text, delay float8, event_ts timestamptz, loaded_at timestamptz);
			INSERT INTO public.delays
			SELECT 'A' || k, k + e * 0.5, '2024-01-01'::timestamptz + e * interval '1 minute', '2024-01-01'::timestamptz + e * interval '2 minutes'
			FROM generate_series(1, 50) AS k, generate_series(0, 9) AS e;
			CREATE TABLE public.flights (flight int8, airport text, hour int4, event_ts timestamptz);
			INSERT INTO public.flights
			SELECT f, 'A' || (f % 60), f % 24, '2024-01-01'::timestamptz + (f % 12) * interval '1 minute'
			FROM generate_series(1, ${labelCount}) AS f`);
		house = await runHouse(test.database, start + 3_600_000_000n);
		await weather((k) => k * 1.25);
		const airport = [{ name: "airport", type: scalar("STRING") }];
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
				{
					name: "flights",
					joinKeys: [{ name: "flight", type: scalar("INT64") }],
					features: [featureOf("hour", scalar("INT32"))],
					rows: table("flights"),
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

	const deps = (limits: Partial<DrawLimits> = { shardRows }, feature: FeatureJoin = house.join) => ({
		...house,
		registry,
		join: feature,
		mostInlineRows: 1000,
		scratchFolder: house.folder,
		drawLimits: { ...house.drawLimits, ...limits },
	});
	const input = (more: Partial<CreateTrainingSetInput> = {}): CreateTrainingSetInput => ({
		project: "default",
		name: null,
		select: { features: ["delays:delay", "weather:wind"] },
		bindings: [],
		labels: { kind: "sql", source: "flights", query: "SELECT * FROM flights ORDER BY flight" },
		timestampColumn: "event_ts",
		known: { kind: "event" },
		format: "PARQUET",
		fullFeatureNames: false,
		idempotencyKey: null,
		...more,
	});
	const create = async (more: Partial<CreateTrainingSetInput> = {}): Promise<string> =>
		(await createTrainingSet(deps(), anyone, input(more))).run.id;
	const result = async (id: string) => {
		const set = await house.training.get(id);
		if (set?.result == null) throw new Error(`It failed: ${set?.run.failure?.message}`);
		return { ...set, result: set.result };
	};
	const drawn = async (more: Partial<CreateTrainingSetInput> = {}, limits: Partial<DrawLimits> = { shardRows }) => {
		const id = await create(more);
		await drawTrainingSet(deps(limits), id, never);
		return result(id);
	};
	let drawnBefore: ReturnType<typeof drawn> | undefined;
	/** Drawn in shards by one worker that lived. */
	const undisturbed = () => {
		drawnBefore ??= drawn();
		return drawnBefore;
	};
	const bytesOf = async (key: string): Promise<Buffer> => readFile(await house.blobs.localPath(key));
	/** Names of what lies among the blobs in the folder of a training set. */
	const filesOf = (id: string): Promise<string[]> =>
		readdir(join(house.folder, "blobs", "training-sets", id)).catch(() => []);
	/** The join that tells the first label row of every file it writes, and may do something before. */
	const watched = (before: (firstRow: number, signal: AbortSignal) => Promise<void> = async () => {}) => {
		const written: number[] = [];
		const feature: FeatureJoin = {
			...house.join,
			async write(labels, request, path) {
				await before(labels.firstRow, request.signal);
				await house.join.write(labels, request, path);
				written.push(labels.firstRow);
			},
		};
		return { written, feature };
	};

	it("have the rows, the hash and the findings of one drawn at once, in one file of every format", async () => {
		const cases = [
			{ features: ["delays:delay", "weather:wind"], text: "CSV", others: [] },
			{ features: ["context:rush_delay"], text: "NDJSON", others: ["ARROW", "PARQUET"] },
		] as const;
		for (const { features, text, others } of cases) {
			const atOnce = await drawn({ select: { features }, format: text }, {});
			for (const format of [text, ...others]) {
				const cut = await drawn({ select: { features }, format });
				expect(cut.result.contentHash).toBe(atOnce.result.contentHash);
				expect(cut.result.rowCount).toBe(BigInt(labelCount));
				expect(cut.result.leakage).toEqual(atOnce.result.leakage);
				expect(cut.result.provenance.columns).toEqual(atOnce.result.provenance.columns);
				expect(cut.run).toMatchObject({ state: "SUCCEEDED", progress: 1, rowsWritten: BigInt(labelCount) });
				expect(trainingSetUrl(cut)).toBe(`/files/training-sets/${cut.run.id}.${format.toLowerCase()}`);
				const bytes = await bytesOf(`training-sets/${cut.run.id}.${format.toLowerCase()}`);
				expect(BigInt(bytes.length)).toBe(cut.result.byteCount);
				if (format === text) {
					expect(bytes.equals(await bytesOf(`training-sets/${atOnce.run.id}.${format.toLowerCase()}`))).toBe(true);
				}
				expect(await filesOf(cut.run.id)).toEqual([]);
			}
		}
	});

	it("go on at the shard that is missing when their worker died, with the label rows of before, to the same bytes", async () => {
		const whole = await undisturbed();
		const id = await create();
		const stopping = new AbortController();
		const dying = watched(async (firstRow) => {
			if (firstRow >= 2 * 750) stopping.abort(new Error("The worker is gone."));
		});
		await expect(drawTrainingSet(deps({ shardRows }, dying.feature), id, stopping.signal)).rejects.toThrow();
		expect(dying.written).toEqual([0, 750]);
		expect(await house.runs.get(id)).toMatchObject({ state: "RUNNING", rowsWritten: 1500n, progress: 0.5 });
		expect((await filesOf(id)).sort()).toEqual(["labels.parquet", "part-00000.parquet", "part-00001.parquet"]);

		// Label rows are not read again: they would be others now.
		await test.database.pool.query("UPDATE public.flights SET hour = hour + 1");
		try {
			const again = watched();
			// Whatever shards are now configured to be.
			await drawTrainingSet(deps({ shardRows: 100 }, again.feature), id, never);
			expect(again.written).toEqual([1500, 2250]);
		} finally {
			await test.database.pool.query("UPDATE public.flights SET hour = hour - 1");
		}
		const resumed = await result(id);
		expect(resumed.result).toMatchObject({ contentHash: whole.result.contentHash, leakage: whole.result.leakage });
		const [before, after] = [whole, resumed].map(({ run }) => bytesOf(`training-sets/${run.id}.parquet`));
		expect((await after)?.equals((await before) as Buffer)).toBe(true);
		expect(await filesOf(id)).toEqual([]);
	});

	/** A run whose worker died when so many shards were whole. */
	const died = async (shards: number, more: Partial<CreateTrainingSetInput> = {}): Promise<string> => {
		const id = await create(more);
		const stopping = new AbortController();
		const dying = watched(async (firstRow) => {
			if (firstRow >= shards * 750) stopping.abort(new Error("The worker is gone."));
		});
		await expect(drawTrainingSet(deps({ shardRows }, dying.feature), id, stopping.signal)).rejects.toThrow();
		expect(dying.written).toHaveLength(shards);
		return id;
	};

	it("draw a shard again that is not as it was written, and those behind it", async () => {
		const whole = await undisturbed();
		const id = await died(3);
		await writeFile(await house.blobs.localPath(`training-sets/${id}/part-00001.parquet`), "half a sha");
		const again = watched();
		await drawTrainingSet(deps({ shardRows }, again.feature), id, never);
		expect(again.written).toEqual([750, 1500, 2250]);
		expect((await result(id)).result.contentHash).toBe(whole.result.contentHash);
	});

	it("begin anew where a source's file was rewritten meanwhile, and fail where that was while they were drawn", async () => {
		const id = await died(2);
		await weather((k) => -k);
		const again = watched();
		await drawTrainingSet(deps({ shardRows }, again.feature), id, never);
		expect(again.written).toEqual([0, 750, 1500, 2250]);
		expect((await result(id)).result.contentHash).toBe((await drawn({}, {})).result.contentHash);

		const other = await create();
		const meanwhile = watched(async (firstRow) => {
			if (firstRow === 1500) await weather((k) => k * 1.25);
		});
		await drawTrainingSet(deps({ shardRows }, meanwhile.feature), other, never);
		expect((await house.runs.get(other))?.failure).toMatchObject({ code: "SOURCE_FAILED" });
		expect(await filesOf(other)).toEqual([]);
	});

	it("leave nothing behind when they are cancelled, also those whose worker died before", async () => {
		const id = await create();
		let seen: AbortSignal | null = null;
		const { feature, written } = watched(async (firstRow, signal) => {
			seen = signal;
			if (firstRow === 750) await cancelRun(deps(), anyone, id);
		});
		await drawTrainingSet(deps({ shardRows }, feature), id, never);
		expect(written.length).toBeLessThan(shardCount);
		expect((seen as AbortSignal | null)?.aborted).toBe(true);
		expect((await house.runs.get(id))?.state).toBe("CANCELLED");
		expect(await filesOf(id)).toEqual([]);

		const dead = await died(2);
		await cancelRun(deps(), anyone, dead);
		expect(await filesOf(dead)).toHaveLength(3);
		await drawTrainingSet(deps(), dead, never);
		expect((await house.runs.get(dead))?.state).toBe("CANCELLED");
		expect(await filesOf(dead)).toEqual([]);
	});

	it("stay in several files above a size, with a manifest; and are compared when they are drawn again", async () => {
		for (const format of ["PARQUET", "NDJSON"] satisfies FileFormat[]) {
			const set = await drawn({ format }, { shardRows, fileBytes: 1000 });
			const { id } = set.run;
			const extension = format.toLowerCase();
			expect(trainingSetUrl(set)).toBe(`/files/training-sets/${id}/manifest.json`);
			const names = Array.from({ length: shardCount }, (_, k) => `part-0000${k}.${extension}`);
			expect((await filesOf(id)).sort()).toEqual(["manifest.json", ...names]);
			const manifest = JSON.parse((await bytesOf(`training-sets/${id}/manifest.json`)).toString()) as Manifest;
			expect(manifest).toMatchObject({
				trainingSet: id,
				format,
				rowCount: labelCount,
				byteCount: Number(set.result.byteCount),
				contentHash: set.result.contentHash,
			});
			expect(manifest.columns).toContainEqual({ name: "delay", type: "float64" });
			expect(manifest.files.map(({ name }) => name)).toEqual(names);
			expect(manifest.files.map(({ rowCount }) => rowCount)).toEqual([750, 750, 750, 750]);
			for (const { name, byteCount, sha256 } of manifest.files) {
				const bytes = await bytesOf(`training-sets/${id}/${name}`);
				expect([bytes.length, createHash("sha256").update(bytes).digest("hex")]).toEqual([byteCount, sha256]);
				const elsewhere = { ...anyone, projects: new Set(["another"]) };
				expect(await mayDownload(deps(), anyone, `training-sets/${id}/${name}`)).toBe(true);
				expect(await mayDownload(deps(), elsewhere, `training-sets/${id}/${name}`)).toBe(false);
			}
			if (format === "NDJSON") {
				const parts = await Promise.all(names.map((name) => bytesOf(`training-sets/${id}/${name}`)));
				const rows = Buffer.concat(parts).toString().trim().split("\n");
				const flights = rows.map((line) => Number((JSON.parse(line) as DrawnRow).flight));
				expect(flights).toEqual(Array.from({ length: labelCount }, (_, k) => k + 1));
			}

			if (format === "PARQUET") continue;
			await weather((k) => (k === 7 ? 99 : k * 1.25));
			const { run, logPositions } = set;
			const copy = await house.runs.create({ ...run, id: randomUUID(), audit: null });
			await house.training.create(copy.id, { name: null, format, logPositions, reproductionOf: id });
			await drawTrainingSet(deps({ shardRows, fileBytes: 1000 }), copy.id, never);
			const { comparison } = (await result(copy.id)).result;
			const rows = Array.from({ length: labelCount }, (_, k) => k + 1).filter((f) => f % 60 === 7 && f % 12 >= 7);
			expect(comparison?.identical).toBe(false);
			expect(comparison?.differences).toMatchObject([{ column: "wind", rowCount: String(rows.length) }]);
			await weather((k) => k * 1.25);
		}
	});

	it("end at the limits of rows, bytes and time, and say which", async () => {
		const fails = async (limits: Partial<DrawLimits>, feature?: FeatureJoin) => {
			const id = await create();
			await drawTrainingSet(deps({ shardRows, ...limits }, feature), id, never);
			expect(await filesOf(id)).toEqual([]);
			return (await house.runs.get(id))?.failure;
		};
		expect(await fails({ rows: labelCount - 1 })).toMatchObject({
			code: "LIMIT_EXCEEDED",
			message: "3000 label rows; a training set has at most 2999.",
		});
		expect(await fails({ bytes: 5_000 })).toMatchObject({ code: "LIMIT_EXCEEDED", hint: /SET_BYTES/ });
		expect(await fails({ bytes: 1000, shardRows: labelCount })).toMatchObject({ hint: /SET_BYTES/ });
		const slow = watched(async (_, signal) => {
			// The time may be over before it comes here.
			if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
		});
		expect(await fails({ seconds: 0.2 }, slow.feature)).toMatchObject({
			code: "LIMIT_EXCEEDED",
			hint: /SET_SECONDS/,
		});
	});
});
